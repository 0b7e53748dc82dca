// Which pending proposals a commit takes.  RFC 9420 12.2, 12.4.
#pragma once

#include "group/commit_plan.h"
#include "group/proposal_list.h"
#include "group/view.h"

namespace thicket::group {

// All pending proposals that can stand in one commit of ours beside `by_value`: of several for one
// leaf the Remove, else the latest Update; a ReInit only alone; none of our own Updates. What is
// invalid is left out. The list is applied three times at most, whatever is wrong with it.
Result<ProposalList> valid_pending(const View& view, const ListContext& list,
                                   const std::vector<Proposal>& by_value);

}  // namespace thicket::group
