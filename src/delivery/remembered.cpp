// Answers by request id, and a second space that knows their age.
#include "delivery/remembered.h"

#include "delivery/rows.h"
#include "store/key.h"
#include "transport/wire.h"

namespace thicket::delivery {
namespace {

constexpr std::string_view answers = "answer";
constexpr std::string_view answer_ages = "answer_age";
constexpr std::size_t answers_swept_a_step = 2;

struct Answered {
  Bytes digest;
  transport::Reply reply;
};

}  // namespace

std::optional<transport::ReplyBody> Remembered::find(const transport::Request& request,
                                                     ByteView digest) {
  const auto answered = read_row<Answered>(store_, answers, request.id);
  if (!answered) return std::nullopt;
  if (!equal(answered->digest, digest))
    return transport::ReplyBody(refused(transport::Refusal::request_id_used));
  return answered->reply.body;
}

void Remembered::remember(Step& step, ByteView digest, const transport::ReplyBody& reply) {
  const Answered answered{to_bytes(digest), {{}, reply}};
  step.batch.put(answers, step.request.id, codec::encode(answered));
  step.batch.put(answer_ages, store::Key().number(step.now.seconds).rest(step.request.id), {});
}

void Remembered::sweep(Step& step) {
  if (step.now.seconds < step.limits.remember_seconds) return;
  const store::Key end = store::Key().number(step.now.seconds - step.limits.remember_seconds);
  const store::Range old{.last = end.octets(), .rows_max = answers_swept_a_step};
  for (const store::Row& row : store_.scan(answer_ages, old)) {
    step.batch.erase(answer_ages, row.key);
    step.batch.erase(answers, ByteView(row.key).subspan(8));
  }
}

}  // namespace thicket::delivery
