# Shows a CSV (RFC 4180, without line breaks in fields) in aligned columns; the first line names
# them. awk -f columns.awk -v wanted=NAME,NAME... shows those of the named columns that are there.
# (column(1) is not in a minimal Debian, awk is.)

# Splits one line into `fields`, honouring quotes, and returns their number.
function split_csv(line, fields,    count, position, character, quoted, text) {
  count = 0
  text = ""
  quoted = 0
  for (position = 1; position <= length(line); ++position) {
    character = substr(line, position, 1)
    if (quoted && character == "\"" && substr(line, position + 1, 1) == "\"") {
      text = text "\""
      ++position
    } else if (character == "\"") {
      quoted = !quoted
    } else if (character == "," && !quoted) {
      fields[++count] = text
      text = ""
    } else {
      text = text character
    }
  }
  fields[++count] = text
  return count
}

{
  sub(/\r$/, "")
  count = split_csv($0, fields)
  if (NR == 1) {
    for (i = 1; i <= count; ++i) place[fields[i]] = i
    wanted_count = split(wanted, names, ",")
    for (i = 1; i <= wanted_count; ++i) {
      if (names[i] in place) shown[++columns] = place[names[i]]
    }
  }
  for (i = 1; i <= columns; ++i) {
    text = fields[shown[i]]
    cell[NR, i] = text
    if (length(text) > width[i]) width[i] = length(text)
    if (NR > 1 && text !~ /^-?[0-9.]*$/) left[i] = 1
  }
}

END {
  for (row = 1; row <= NR; ++row) {
    line = ""
    for (i = 1; i <= columns; ++i) {
      format = left[i] ? "%-" width[i] "s  " : "%" width[i] "s  "
      line = line sprintf(format, cell[row, i])
    }
    sub(/ +$/, "", line)
    print line
  }
}
