# From how many pictures on, and of what size, a device is worth its opening: what telecine takes for few, for many and for some of
# them. The times are its own, from the start of the reading to its end, without the start of the process.
# shellcheck shell=bash

costs=() sparse=()
few=10
# Nothing runs by turns here, and so little comes of more rounds.
turns=$((rounds < 5 ? rounds : 5))

compare_cost() {
  local clip name
  tell '\nCost, median of %s: of few pictures and of many. The opening is what few take above what they would at the pace of many.\n\n' "$turns"
  tell '| clip | by | few | ms | many | ms | opening: ms | a picture: ms |\n|---|---|---:|---:|---:|---:|---:|---:|\n'
  for clip in "$here"/clips/sizes/*; do
    name=$(name_of "$clip")
    if ! has_time; then
      leave_out "cost, from $name on"
      return
    fi
    if lengthen "$clip" 5 && shorten; then
      cost_by processor
      if [ "$has_device" = yes ]; then cost_by "$device" --hardware "require=$device"; fi
    else
      tell '| %s | %s | | | | | | |\n' "$name" "$said"
    fi
  done
}

compare_sparse() {
  local clip name
  tell '\nSome of many pictures, median of %s\n\n' "$turns"
  tell '| clip | which | by | pictures | ms |\n|---|---|---|---:|---:|\n'
  for clip in "$here"/clips/sizes/*; do
    name=$(name_of "$clip")
    if ! has_time; then
      leave_out "some of the pictures, from $name on"
      return
    fi
    lengthen "$clip" 5 || continue
    sparse_by processor
    if [ "$has_device" = yes ]; then sparse_by "$device" --hardware "require=$device"; fi
  done
}

shorten() {
  short=$work/short.mkv
  call /dev/null ffmpeg -nostdin -v error -y -i "file:$long" -map 0:v:0 -c copy -frames:v "$few" "$short"
}

# The median of what telecine takes, in milliseconds, and how many pictures there were; false where it fails.
repeated() { # ARGUMENT…
  local turn took_all=()
  for ((turn = 0; turn < turns; turn++)); do
    call "$work/words" frames "$@" || return 1
    own_words "$work/words"
    took_all+=("$own")
  done
  median "${took_all[@]}"
}

cost_by() { # WHO ARGUMENT…
  local who=$1 few_took few_count many_took pace opening
  shift
  if ! repeated "$@" "$short"; then
    tell '| %s | %s | %s | | | | | |\n' "$name" "$who" "$said"
    return
  fi
  few_took=$median few_count=$pictures_told
  if ! repeated "$@" "$long"; then
    tell '| %s | %s | %s | %s | %s | | | |\n' "$name" "$who" "$few_count" "$few_took" "$said"
    return
  fi
  many_took=$median
  if [ "$pictures_told" -le "$few_count" ]; then
    tell '| %s | %s | %s | %s | %s | no more than those | | |\n' "$name" "$who" "$few_count" "$few_took" "$pictures_told"
    return
  fi
  # In microseconds.
  pace=$(((many_took - few_took) * 1000 / (pictures_told - few_count)))
  opening=$((few_took * 1000 - few_count * pace))
  tell '| %s | %s | %s | %s | %s | %s | %s | %s |\n' "$name" "$who" "$few_count" "$few_took" "$pictures_told" "$many_took" \
    "$(thousandths "$opening")" "$(thousandths "$pace")"
  costs+=("$(printf '\n {"clip": %s, "by": %s, "few": %d, "few_ms": %d, "many": %d, "many_ms": %d, "opening_us": %d, "picture_us": %d}' \
    "$(quoted "$name")" "$(quoted "$who")" "$few_count" "$few_took" "$pictures_told" "$many_took" "$opening" "$pace")")
}

sparse_by() { # WHO ARGUMENT…
  local who=$1 which
  shift
  for which in '--every 1' '--keyframes' '--count 5'; do
    # shellcheck disable=SC2086 # two words
    if repeated $which "$@" "$long"; then
      tell '| %s | %s | %s | %s | %s |\n' "$name" "$which" "$who" "$pictures_told" "$median"
      sparse+=("$(printf '\n {"clip": %s, "which": %s, "by": %s, "pictures": %d, "ms": %d}' \
        "$(quoted "$name")" "$(quoted "$which")" "$(quoted "$who")" "$pictures_told" "$median")")
    else
      tell '| %s | %s | %s | %s | |\n' "$name" "$which" "$who" "$said"
    fi
  done
}
