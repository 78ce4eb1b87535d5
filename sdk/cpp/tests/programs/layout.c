/* Prints what parlor.h says, for comparison with the library. */

#include <parlor.h>
#include <stdio.h>

int main(void) {
    printf("%u %zu", PARLOR_ABI_VERSION, sizeof(parlor_options));
    printf(" %zu %zu %zu", offsetof(parlor_options, size), offsetof(parlor_options, abi_version),
           offsetof(parlor_options, reserved));
    printf(" %zu %zu\n", offsetof(parlor_options, callback), offsetof(parlor_options, user));
    return 0;
}
