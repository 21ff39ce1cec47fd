#!/usr/bin/env bash
# What a module of the console exports, another one imports, or a test does: a name that only its own file uses is that file's alone.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

rule()
{
    files '*.ts' '*.tsx' '*.mjs' | xargs -r -d '\n' awk '
        # whole: what a file says it imports from, as a path like those of the files themselves, without its ending
        function whole(from, to) {
            sub(/[^\/]*$/, "", from)
            to = from to
            while (sub(/(^|\/)\.\//, "/", to) || sub(/[^\/.][^\/]*\/\.\.\//, "", to))
                ;
            sub(/^\//, "", to)
            sub(/\.tsx?$/, "", to)
            return to
        }
        # taken: the names between the braces of a statement, as the file they come from calls them
        function taken(statement, from, list, n, i) {
            if (!match(statement, /\{[^}]*\}/))
                return
            n = split(substr(statement, RSTART + 1, RLENGTH - 2), list, ",")
            for (i = 1; i <= n; i++) {
                gsub(/^ *(type )?| as .*|:.*| +$/, "", list[i])
                used[from, list[i]] = 1
            }
        }
        FNR == 1 { statement = "" }
        /^import / || statement != "" {
            statement = statement " " $0
            if (/;$/) {
                if (match(statement, /'\''\.[^'\'']*'\''/))
                    taken(statement, whole(FILENAME, substr(statement, RSTART + 1, RLENGTH - 2)))
                statement = ""
            }
            next
        }
        match($0, /const \{[^}]*\} = await /) { taken(substr($0, RSTART, RLENGTH), "") }
        FILENAME ~ /\.tsx?$/ && match($0, /^export (async )?(function\*?|const|let|class|interface|type|enum) [A-Za-z0-9_$]+/) {
            found[++n] = substr($0, RSTART, RLENGTH)
            sub(/.* /, "", found[n])
            file[n] = FILENAME
            line[n] = FNR
        }
        END {
            for (i = 1; i <= n; i++)
                if (!((whole("", file[i]), found[i]) in used) && !(("", found[i]) in used))
                    printf "%s:%d: exported, and used in this file only: %s\n", file[i], line[i], found[i]
        }'
}

sample()
{
    mkdir -p ui pages/case tests
    cat >ui/form.tsx <<'END'
export function Field(): void {}
export type Look = 'solid' | 'hollow';
export const alone = 1;
export interface Part { look: Look }
export async function ask(): Promise<void> {}
END
    cat >pages/case/case.tsx <<'END'
import { Field as Line } from '../../ui/form';
import {
    type Part,
    twice,
} from './twice';
export default function Case(): void {}
export const load = async (): Promise<void> => { const { ask } = await import('../../ui/form'); };
END
    cat >pages/case/twice.ts <<'END'
import { alone } from './form';
export function twice(): void {}
export interface Part { n: number }
export class Keeper {}
END
    printf 'const { load: it, other } = await import(process.env.CODE);\n' >tests/case.mjs
    printf '%s\n' ui/form.tsx:2 ui/form.tsx:3 ui/form.tsx:4 pages/case/twice.ts:4
}

lint_run
