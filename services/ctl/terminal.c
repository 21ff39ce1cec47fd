/* The terminal itself is asked, not standard input, so a password can neither be piped in unseen nor be shown; its echo is on again
 * whatever happened in between. */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

enum { LINE_MOST = 512 };

/* A line, or −1: too long, or one of the signals of stop_fd came. */
static ssize_t read_line(int fd, int stop_fd, char *to, size_t cap)
{
    struct pollfd from[] = {{.fd = fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
    size_t n = 0;

    while (n < cap) {
        if (poll(from, 2, -1) < 0 && errno == EINTR)
            continue;
        if (from[1].revents)
            return -1;
        ssize_t got = read(fd, to + n, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || to[n] == '\n')
            return (ssize_t)n;
        n++;
    }
    return -1;
}

/* The question comes when the echo is off already: who answers at once is not shown either. */
static ssize_t read_hidden(int fd, const char *question, char *to, size_t cap)
{
    struct termios was, hidden;
    sigset_t stop, before;
    ssize_t n = -1;

    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGQUIT);
    sigaddset(&stop, SIGTSTP);
    if (tcgetattr(fd, &was) != 0 || sigprocmask(SIG_BLOCK, &stop, &before) != 0)
        return -1;
    int stop_fd = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
    hidden = was;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    hidden.c_lflag |= ECHONL;
    if (stop_fd >= 0 && tcsetattr(fd, TCSAFLUSH, &hidden) == 0 && dprintf(fd, "%s", question) > 0)
        n = read_line(fd, stop_fd, to, cap);
    (void)tcsetattr(fd, TCSAFLUSH, &was);
    if (stop_fd >= 0)
        close(stop_fd);
    (void)sigprocmask(SIG_SETMASK, &before, NULL); /* and what came in between takes its course */
    return n;
}

enum status terminal_ask(struct scope *s, const char *ja, const char *en, bool is_secret, struct span *ret_line)
{
    char text[LINE_MOST];
    ssize_t n = -1;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return fail(s, UNAVAILABLE, "尋ねる端末がありません: %s / %s", "there is no terminal to ask at: %s / %s", ja, en);
    const char *question = scope_print(s, "%s / %s: ", ja, en);
    if (is_secret)
        n = read_hidden(fd, question, text, sizeof text);
    else if (dprintf(fd, "%s", question) > 0)
        n = read_line(fd, -1, text, sizeof text);
    close(fd);
    enum status st = n > 0   ? scope_copy(s, span_of(text, (size_t)n), ret_line)
                     : n < 0 ? fail(s, INVALID, "入力が途中で終わったか、長すぎます", "the input was broken off, or is too long")
                             : fail(s, INVALID, "何も入力されませんでした", "nothing was typed");
    explicit_bzero(text, sizeof text);
    return st;
}
