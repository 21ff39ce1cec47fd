# Reads, in this order: class=word; API row and its roles; the table; answer and word found in it; status, call, relation, role, answer.
# Writes ok or FAIL, what, why; at the end the number of cells.
BEGIN {
    OFS = "\t"
    split("worker team_lead coordinator secretary auditor administrator agency_host nobody", roles, " ")
    split("w t c s a d h n", letters, " ")
    for (i in roles)
        letter_of[roles[i]] = letters[i]
    split("lead off member past offered invited asking stranger nobody", relations, " ")
    for (i in relations)
        is_relation[relations[i]] = 1
}

function trim(text)
{
    gsub(/^ +| +$/, "", text)
    return text
}

function fail(name, why)
{
    print "FAIL", name, why
}

# put KEY, COLUMNS FROM: key/relation = letters; «any» is every relation but nobody
function put(key, from, n,    i, k, part)
{
    for (i = from; i <= n; i++) {
        if (trim(column[i]) == "-")
            continue
        if (split(column[i], part, ":") != 2 || trim(part[2]) !~ /^[wtcsadhn]*$/) {
            fail("the table: " key, "not understood: " column[i])
            continue
        }
        part[1] = trim(part[1])
        part[2] = trim(part[2])
        if (part[1] == "any") {
            for (k in relations)
                if (relations[k] != "nobody")
                    let[key "/" relations[k]] = part[2]
        } else if (part[1] in is_relation) {
            let[key "/" part[1]] = part[2]
        } else {
            fail("the table: " key, "no such relation: " part[1])
        }
        said[key] = said[key] part[2]
    }
}

FNR == 1 { file++ }

file == 1 {
    split($0, part, "=")
    class_of[part[2]] = part[1]
    is_class[part[1]] = 1
    next
}

file == 2 {
    row_roles[$1] = $2
    next
}

file == 3 && (/^#/ || /^ *$/) { next }

file == 3 {
    n = split($0, column, "|")
    call = trim(column[1])
    second = trim(column[2])
    if (second in is_class) {
        put(call "/" second, 3, n)
        has_class[call "/" second] = 1
    } else {
        if (call in is_call)
            fail("the table: " call, "two lines")
        is_call[call] = 1
        put(call, 2, n)
    }
    next
}

file == 4 {
    at = index($0, ":")
    found[substr($0, 1, at - 1) "/" class_of[substr($0, at + 1)]] = 1
    next
}

{
    status = $1
    call = $2
    letter = letter_of[$4]
    cell = call ", " $4 " of " $3
    is_asked[call] = 1
    asked[call]++
    cells++
    is_let = status ~ /^2/ || status == 409 || status == 422
    may = index(let[call "/" $3], letter) > 0
    if (!is_let && status != 401 && status != 403 && status != 404)
        wrong(cell, "answered " status)
    else if (may && !is_let)
        wrong(cell, "must be let in, was refused with " status)
    else if (!may && is_let)
        wrong(cell, "must be refused, was let in with " status)
    for (class in is_class) {
        key = call "/" class
        if (class == "case" && !(key in has_class))
            continue
        sees = index(let[key "/" $3], letter) > 0
        has = ($5 "/" class) in found
        fields++
        if (has && !sees)
            wrong(cell, class " must not be in the answer (" status ")")
        else if (!has && sees && (is_let || !may))
            wrong(cell, class " must be in the answer (" status ")")
    }
}

function wrong(cell, why)
{
    fails[call]++
    fail(cell, why)
}

# role_words LETTERS of a row that the table lets in nowhere, and the other way round
function check_row(name,    i, call, all, n, part, has)
{
    n = 0
    all = ""
    for (call in is_call)
        if (call == name || index(call, name " ") == 1) {
            n++
            all = all said[call]
        }
    if (!n) {
        fail("the table has " name, "this row of the API is in no line of access.txt")
        return
    }
    if (row_roles[name] == "anybody") {
        if (index(all, "n") == 0)
            fail("the table has " name, "anybody may ask it, by the API")
        return
    }
    split(row_roles[name], part, " ")
    for (i in part)
        has[letter_of[part[i]]] = 1
    for (i in letters)
        if ((letters[i] in has) != (index(all, letters[i]) > 0))
            fail("the table has " name, "the roles column of the API and the table differ in " letters[i])
}

END {
    for (name in row_roles) {
        rows++
        check_row(name)
    }
    for (call in is_call) {
        split(call, word, " ")
        if (!(word[1] " " word[2] in row_roles))
            fail("the table: " call, "the API has no such row")
        if (!(call in is_asked))
            fail("the table: " call, "nobody asks it")
    }
    for (key in has_class) {
        call = substr(key, 1, index(key, "/") - 1)
        if (!(call in is_call))
            fail("the table: " key, "a class of a call that has no line")
    }
    for (call in asked)
        if (!fails[call])
            print "ok", call ": " asked[call] " cells"
    if (cells < 2500)
        fail("the matrix", "only " cells " cells")
    print "cells", cells " calls by role and relation (" rows " rows of the API), " fields " fields of their answers"
}
