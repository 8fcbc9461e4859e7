/* A library of Windows that Go's runtime takes its random numbers from, and that Wine before 9 lacks:
 *
 *     BOOL ProcessPrng(PBYTE data, SIZE_T length);     length bytes of random numbers; TRUE
 *
 * Linked without a C runtime, with advapi32.def for all that it needs.
 */
unsigned char SystemFunction036(void *data, unsigned long length); /* also known as RtlGenRandom */

__declspec(dllexport) int ProcessPrng(void *data, unsigned long long length)
{
    return SystemFunction036(data, (unsigned long)length);
}
