// Who reads what this process says.
#pragma once

namespace thicket::os {

// A person looks at standard error, and not a file or another program.
bool is_terminal_error();

}  // namespace thicket::os
