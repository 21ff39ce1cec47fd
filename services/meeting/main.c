/* kashimaru-meeting: かしまる meetings. */
#include "meeting.h"

int main(int argc, char **argv)
{
    return svc_main(argc, argv, &MEETING);
}
