#!/usr/bin/env bash
# Calls that cannot be used safely, or that hide time and randomness from the simulator, occur nowhere in C; and no text promises
# work that is not done.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

CALLS='sprintf|vsprintf|strcpy|strcat|strncpy|strncat|gets|atoi|atol|atoll|atof|system|popen|rand|srand'
CALLS+='|rand_r|random|srandom|drand48|setjmp|longjmp|sigsetjmp|siglongjmp|alloca|strtok|localtime|localtime_r|gmtime|ctime|ctime_r'
CALLS+='|asctime|mktime|tmpnam|tempnam|mktemp|vfork|getwd'
OUTSIDE_TESTS='|stpcpy|scanf|sscanf|fscanf'
# written so that this file does not contain them
WORDS='\b(T[O]DO|F[I]XME|X[X]X|H[A]CK|T[B]D)\b|not (yet )?implement[e]d|plac[e]holder'

rule()
{
    local path calls
    files '*.c' '*.h' '*.def' | while IFS= read -r path; do
        calls=$CALLS$OUTSIDE_TESTS
        [ "${path#tests/}" = "$path" ] || calls=$CALLS
        c_code "$path" | grep -nE "(^|[^A-Za-z0-9_>.])($calls)[[:space:]]*\(" |
            sed -E "s,^([0-9]+):[[:space:]]*(.*),$path:\1: banned call: \2," || true
    done
    # console sources use an HTML attribute whose name is one of the words
    texts | grep -vE '^(LICENSE|services/gateway/console/)' | while IFS= read -r path; do
        grep -nE "$WORDS" "$path" | sed -E "s|^([0-9]+):[[:space:]]*(.*)|$path:\1: unfinished: \2|" || true
    done
}

sample()
{
    cat >bad.c <<'END'
/* sprintf( in a comment is prose, and so is "system(" in a string */
static const char *a = "strcpy(x, y)";
void f(void) { sprintf(b, "x"); }
void g(void) { snprintf(b, 1, "x"); c->system(1); my_rand(); gmtime_r(a, b); }
    time = localtime (&t);
int n = atoi(x); // rand()
END
    printf 'a\n# T%sDO later\n' O >notes.md
    printf 'mktemp /tmp/a.XX%s\n' XXXX >good.sh
    printf '%s\n' bad.c:3 bad.c:5 bad.c:6 notes.md:2
}

lint_run
