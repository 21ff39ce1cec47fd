/* kashimaru-account: who people are. */
#include "account.h"

int main(int argc, char **argv)
{
    return svc_main(argc, argv, &ACCOUNT);
}
