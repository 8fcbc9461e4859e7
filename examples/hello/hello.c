/* Calls Rust from C: one call, of a function that prints by calling back.
 *
 *     int32_t hello(void);       0, or a negative error number, in EAX
 */
#include "hello_guest.h"

int main(void)
{
    return hello() == 0 ? 0 : 1;
}
