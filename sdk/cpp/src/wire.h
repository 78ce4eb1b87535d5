#pragma once

/// @file
/// The part of protobuf that sdk.proto needs: varints and length-delimited fields (protobuf encoding, wire types 0, 2).

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace parlor {

/// Writes one message, field by field. Zero, false and empty are left out, as proto3 does.
class Writer {
public:
    Writer& number(uint32_t field, uint64_t value);
    Writer& text(uint32_t field, const std::string& value);
    /// A text of a oneof; written even when it is empty.
    Writer& choice(uint32_t field, const std::string& value);
    /// An embedded message; written even when it is empty.
    Writer& message(uint32_t field, const Writer& value);
    /// A map of texts.
    Writer& entries(uint32_t field, const std::map<std::string, std::string>& values);

    const std::string& bytes() const { return bytes_; }

private:
    void varint(uint64_t value);
    void delimited(uint32_t field, const std::string& value);

    std::string bytes_;
};

/// Reads one message, field by field. Fields of other wire types are passed over; anything malformed ends the reading.
class Reader {
public:
    Reader(const uint8_t* bytes, size_t len) : at_(bytes), end_(bytes + len) {}

    /// Steps to the next field; false at the end or at malformed bytes.
    bool next();
    /// Whether the bytes were well formed up to where next() answered false.
    bool sound() const { return sound_; }

    uint32_t field() const { return field_; }
    /// The value of a varint field; 0 of another.
    uint64_t number() const { return number_; }
    int32_t number32() const { return static_cast<int32_t>(number_); }
    int64_t number64() const { return static_cast<int64_t>(number_); }
    bool flag() const { return number_ != 0; }
    /// The value of a length-delimited field; empty of another.
    std::string text() const { return std::string(reinterpret_cast<const char*>(inner_), inner_len_); }
    /// The embedded message of a length-delimited field.
    Reader message() const { return Reader(inner_, inner_len_); }
    /// Reads itself as one entry of a map of texts.
    void entry(std::map<std::string, std::string>& values);

private:
    bool varint(uint64_t& out);
    bool skip(uint64_t len);

    const uint8_t* at_;
    const uint8_t* end_;
    bool sound_ = true;
    uint32_t field_ = 0;
    uint64_t number_ = 0;
    const uint8_t* inner_ = nullptr;
    size_t inner_len_ = 0;
};

}  // namespace parlor
