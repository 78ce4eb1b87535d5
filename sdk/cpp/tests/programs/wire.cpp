// The protobuf reader meets bytes that no library of ours would send.

#include "wire.h"

#include <random>

#include "check.h"
#include "messages.h"
#include "parlor_codes.h"

namespace {

void what_is_written_is_read() {
    parlor::Writer inner;
    inner.number(1, 300).text(2, "two");
    parlor::Writer outer;
    outer.number(1, static_cast<uint64_t>(int64_t{-5})).message(20, inner).number(3, 0).text(4, "");
    const std::string bytes = outer.bytes();
    parlor::Reader in(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    CHECK(in.next() && in.field() == 1 && in.number32() == -5);
    CHECK(in.next() && in.field() == 20);
    parlor::Reader within = in.message();
    CHECK(within.next() && within.number() == 300);
    CHECK(within.next() && within.text() == "two");
    CHECK(!within.next() && within.sound());
    CHECK(!in.next() && in.sound());
}

void a_truncated_reply_is_a_failure() {
    parlor::Writer reply;
    reply.number(1, 200).text(2, "message");
    const std::string bytes = reply.bytes();
    const auto* at = reinterpret_cast<const uint8_t*>(bytes.data());
    CHECK(parlor::read_reply(at, bytes.size()).code == 200);
    CHECK(parlor::read_reply(at, bytes.size()).message == "message");
    CHECK(parlor::read_reply(at, bytes.size() - 1).code == parlor::link::kFailure);
}

void any_bytes_are_survived() {
    std::mt19937 random(7);
    for (int round = 0; round < 200000; ++round) {
        uint8_t bytes[48];
        const size_t len = random() % sizeof(bytes);
        for (size_t i = 0; i < len; ++i) bytes[i] = static_cast<uint8_t>(random() % 3 == 0 ? random() : random() % 24);
        // Fresh memory of the exact length, so that a sanitizer sees every byte read beyond it.
        const std::string exact(reinterpret_cast<const char*>(bytes), len);
        parlor::read_reply(reinterpret_cast<const uint8_t*>(exact.data()), len);
        parlor::read_event(reinterpret_cast<const uint8_t*>(exact.data()), len);
    }
}

}  // namespace

int main() {
    what_is_written_is_read();
    a_truncated_reply_is_a_failure();
    any_bytes_are_survived();
    std::puts("ok");
    return 0;
}
