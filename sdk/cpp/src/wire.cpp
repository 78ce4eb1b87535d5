#include "wire.h"

namespace parlor {

namespace {

constexpr uint32_t kVarint = 0;
constexpr uint32_t kFixed64 = 1;
constexpr uint32_t kDelimited = 2;
constexpr uint32_t kFixed32 = 5;

}  // namespace

Writer& Writer::number(uint32_t field, uint64_t value) {
    if (value != 0) {
        varint(uint64_t{field} << 3 | kVarint);
        varint(value);
    }
    return *this;
}

Writer& Writer::text(uint32_t field, const std::string& value) {
    if (!value.empty()) delimited(field, value);
    return *this;
}

Writer& Writer::choice(uint32_t field, const std::string& value) {
    delimited(field, value);
    return *this;
}

Writer& Writer::message(uint32_t field, const Writer& value) {
    delimited(field, value.bytes_);
    return *this;
}

Writer& Writer::entries(uint32_t field, const std::map<std::string, std::string>& values) {
    for (const auto& value : values) message(field, Writer().text(1, value.first).text(2, value.second));
    return *this;
}

void Writer::varint(uint64_t value) {
    while (value >= 0x80) {
        bytes_.push_back(static_cast<char>(static_cast<uint8_t>(value) | 0x80));
        value >>= 7;
    }
    bytes_.push_back(static_cast<char>(value));
}

void Writer::delimited(uint32_t field, const std::string& value) {
    varint(uint64_t{field} << 3 | kDelimited);
    varint(value.size());
    bytes_ += value;
}

bool Reader::varint(uint64_t& out) {
    out = 0;
    for (uint32_t shift = 0; shift < 64 && at_ != end_; shift += 7) {
        const uint8_t byte = *at_++;
        out |= uint64_t{byte & 0x7fu} << shift;
        if ((byte & 0x80u) == 0) return true;
    }
    return false;
}

bool Reader::skip(uint64_t len) {
    if (len > static_cast<uint64_t>(end_ - at_)) return false;
    at_ += len;
    return true;
}

void Reader::entry(std::map<std::string, std::string>& values) {
    std::string key;
    std::string value;
    while (next()) {
        if (field_ == 1) key = text();
        if (field_ == 2) value = text();
    }
    values[key] = value;
}

bool Reader::next() {
    if (at_ == end_) return false;
    number_ = 0;
    inner_ = nullptr;
    inner_len_ = 0;
    uint64_t key = 0;
    uint64_t len = 0;
    sound_ = varint(key);
    if (sound_) {
        field_ = static_cast<uint32_t>(key >> 3);
        switch (key & 7u) {
            case kVarint:
                sound_ = varint(number_);
                break;
            case kDelimited:
                sound_ = varint(len);
                inner_ = at_;
                sound_ = sound_ && skip(len);
                inner_len_ = sound_ ? static_cast<size_t>(len) : 0;
                break;
            case kFixed64:
                sound_ = skip(8);
                break;
            case kFixed32:
                sound_ = skip(4);
                break;
            default:
                sound_ = false;
        }
    }
    if (!sound_) at_ = end_;
    return sound_;
}

}  // namespace parlor
