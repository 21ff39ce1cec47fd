#!/usr/bin/env bash
# A household nobody can carry alone, from the first call on: who holds it, who may read it, who decides, and what is kept of it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=tests/flow/lib_story.sh
. "$FLOW_ROOT/tests/flow/lib_story.sh"

flow_start
story_all
yes 'at the end no message waits' drain
same 'and none is parked' '' "$(ctl queue parked --json | jq -r '.answer.messages[]?.id')"
flow_end
