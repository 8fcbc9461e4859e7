/* Asks for the name that the source has, and the object has not. */
#include <stdint.h>

uint64_t mangled(uint64_t a, uint64_t b);

int main(void)
{
    return (int)mangled(1, 2);
}
