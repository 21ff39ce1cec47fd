/* kashimaru-intake: 相談受付. */
#include "intake.h"

int main(int argc, char **argv)
{
    return svc_main(argc, argv, &INTAKE);
}
