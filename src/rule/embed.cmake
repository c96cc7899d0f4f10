# SPDX-License-Identifier: GPL-2.0-or-later
# Writes ${OUT}: a C++ file with a function ${FUNCTION} in ${NAMESPACE}, declared in ${HEADER}, that returns the text of
# the files ${FILES}, sorted by name, as sources whose names begin with ${FOLDER}.
list(SORT FILES)
set(text "// Generated from ${FOLDER}/. Do not edit.\n#include <memory>\n#include \"${HEADER}\"\n\n")
string(APPEND text "namespace ${NAMESPACE} {\nstd::vector<SourcePtr> ${FUNCTION}() {\n  std::vector<SourcePtr> files;\n")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} content HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" content "${content}")
  string(LENGTH "${content}" length)
  string(APPEND text "  {\n    std::string content;\n")
  set(offset 0)  # a compiler need not take a literal of more than 65,536 characters
  while(offset LESS length)
    string(SUBSTRING "${content}" ${offset} 8000 piece)
    string(APPEND text "    content += \"${piece}\";\n")
    math(EXPR offset "${offset} + 8000")
  endwhile()
  string(APPEND text "    files.push_back(std::make_shared<const Source>(Source{\"${FOLDER}/${name}\", content}));\n  }\n")
endforeach()
string(APPEND text "  return files;\n}\n}  // namespace ${NAMESPACE}\n")
file(WRITE ${OUT} "${text}")
