#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "nim_json.h"

namespace nim {

namespace {

constexpr int kMostDepth = 64;

void append_utf8(uint32_t point, std::string& out) {
    if (point < 0x80) {
        out.push_back(static_cast<char>(point));
    } else if (point < 0x800) {
        out.push_back(static_cast<char>(0xc0 | point >> 6));
        out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
    } else if (point < 0x10000) {
        out.push_back(static_cast<char>(0xe0 | point >> 12));
        out.push_back(static_cast<char>(0x80 | (point >> 6 & 0x3f)));
        out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
    } else {
        out.push_back(static_cast<char>(0xf0 | point >> 18));
        out.push_back(static_cast<char>(0x80 | (point >> 12 & 0x3f)));
        out.push_back(static_cast<char>(0x80 | (point >> 6 & 0x3f)));
        out.push_back(static_cast<char>(0x80 | (point & 0x3f)));
    }
}

/// Reads one JSON text.
class Parser {
public:
    explicit Parser(const std::string& text) : text_(text) {}

    bool whole(Json& out) {
        if (!value(out, 0)) return false;
        space();
        return at_ == text_.size();
    }

private:
    void space() {
        while (at_ < text_.size() && std::strchr(" \t\r\n", text_[at_]) != nullptr && text_[at_] != '\0') ++at_;
    }

    bool take(char c) {
        space();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    bool word(const char* word) {
        const size_t len = std::strlen(word);
        if (text_.compare(at_, len, word) != 0) return false;
        at_ += len;
        return true;
    }

    bool value(Json& out, int depth) {
        space();
        if (at_ >= text_.size() || depth > kMostDepth) return false;
        switch (text_[at_]) {
            case '{':
                return object(out, depth);
            case '[':
                return array(out, depth);
            case '"': {
                std::string string;
                if (!quoted(string)) return false;
                out = Json(string);
                return true;
            }
            case 't':
                out = Json(true);
                return word("true");
            case 'f':
                out = Json(false);
                return word("false");
            case 'n':
                out = Json();
                return word("null");
            default:
                return number(out);
        }
    }

    bool object(Json& out, int depth) {
        ++at_;
        out = Json::object();
        if (take('}')) return true;
        do {
            std::string key;
            space();
            if (!quoted(key) || !take(':') || !value(out[key], depth + 1)) return false;
        } while (take(','));
        return take('}');
    }

    bool array(Json& out, int depth) {
        ++at_;
        out = Json::array();
        if (take(']')) return true;
        do {
            Json element;
            if (!value(element, depth + 1)) return false;
            out.append(element);
        } while (take(','));
        return take(']');
    }

    bool number(Json& out) {
        const size_t from = at_;
        while (at_ < text_.size() && std::strchr("+-.eE0123456789", text_[at_]) != nullptr && text_[at_] != '\0') ++at_;
        const std::string digits = text_.substr(from, at_ - from);
        if (digits.empty()) return false;
        char* end = nullptr;
        errno = 0;
        const long long whole = std::strtoll(digits.c_str(), &end, 10);
        if (errno == 0 && *end == '\0') {
            out = Json(static_cast<int64_t>(whole));
            return true;
        }
        const double real = std::strtod(digits.c_str(), &end);
        if (*end != '\0' || !std::isfinite(real)) return false;
        out = Json(real);
        return true;
    }

    bool hex(uint32_t& out) {
        out = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            if (at_ >= text_.size()) return false;
            const char c = text_[at_];
            uint32_t digit = 0;
            if (c >= '0' && c <= '9') {
                digit = static_cast<uint32_t>(c - '0');
            } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
                digit = static_cast<uint32_t>((c | 0x20) - 'a') + 10;
            } else {
                return false;
            }
            out = out << 4 | digit;
        }
        return true;
    }

    bool escape(std::string& out) {
        static const char kFrom[] = "\"\\/bfnrt";
        static const char kTo[] = "\"\\/\b\f\n\r\t";
        const char c = text_[at_++];
        if (const char* found = std::strchr(kFrom, c)) {
            if (c == '\0') return false;
            out.push_back(kTo[found - kFrom]);
            return true;
        }
        uint32_t point = 0;
        if (c != 'u' || !hex(point)) return false;
        if (point >= 0xd800 && point < 0xdc00) {
            uint32_t low = 0;
            if (!word("\\u") || !hex(low) || low < 0xdc00 || low > 0xdfff) return false;
            point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        }
        append_utf8(point, out);
        return true;
    }

    bool quoted(std::string& out) {
        if (at_ >= text_.size() || text_[at_] != '"') return false;
        ++at_;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '"') return true;
            if (static_cast<unsigned char>(c) < 0x20) return false;
            if (c != '\\') {
                out.push_back(c);
            } else if (at_ >= text_.size() || !escape(out)) {
                return false;
            }
        }
        return false;
    }

    const std::string& text_;
    size_t at_ = 0;
};

void quote(const std::string& text, std::string& out) {
    out.push_back('"');
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            char buffer[8];
            std::snprintf(buffer, sizeof(buffer), "\\u%04x", static_cast<unsigned>(c));
            out += buffer;
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

}  // namespace

Json Json::array() {
    Json out;
    out.kind_ = Kind::Array;
    return out;
}

Json Json::object() {
    Json out;
    out.kind_ = Kind::Object;
    return out;
}

bool Json::parse(const std::string& text, Json& out) {
    Json read;
    if (!Parser(text).whole(read)) return false;
    out = read;
    return true;
}

size_t Json::size() const {
    if (kind_ == Kind::Array) return elements_.size();
    return kind_ == Kind::Object ? members_.size() : 0;
}

bool Json::asBool() const { return kind_ == Kind::Bool || kind_ == Kind::Integer ? integer_ != 0 : false; }

int64_t Json::asInt64() const {
    if (kind_ == Kind::Real) {
        const bool fits = real_ > -9.2e18 && real_ < 9.2e18;
        return fits ? static_cast<int64_t>(real_) : 0;
    }
    return kind_ == Kind::Bool || kind_ == Kind::Integer ? integer_ : 0;
}

double Json::asDouble() const { return kind_ == Kind::Real ? real_ : static_cast<double>(asInt64()); }

std::string Json::asString() const { return kind_ == Kind::String ? string_ : std::string(); }

bool Json::isMember(const std::string& key) const { return members_.count(key) != 0; }

Json Json::get(const std::string& key) const {
    const auto found = members_.find(key);
    return found == members_.end() ? Json() : found->second;
}

Json& Json::operator[](const std::string& key) {
    if (kind_ != Kind::Object) *this = object();
    return members_[key];
}

void Json::append(const Json& value) {
    if (kind_ != Kind::Array) *this = array();
    elements_.push_back(value);
}

std::string Json::dump() const {
    std::string out;
    switch (kind_) {
        case Kind::Null:
            return "null";
        case Kind::Bool:
            return integer_ != 0 ? "true" : "false";
        case Kind::Integer:
            return std::to_string(integer_);
        case Kind::Real: {
            char buffer[32];
            std::snprintf(buffer, sizeof(buffer), "%.17g", real_);
            return std::isfinite(real_) ? buffer : "null";
        }
        case Kind::String:
            quote(string_, out);
            return out;
        case Kind::Array:
            for (const Json& element : elements_) out += (out.empty() ? "[" : ",") + element.dump();
            return out.empty() ? "[]" : out + "]";
        case Kind::Object:
            for (const auto& member : members_) {
                out += out.empty() ? "{" : ",";
                quote(member.first, out);
                out += ":" + member.second.dump();
            }
            return out.empty() ? "{}" : out + "}";
    }
    return out;
}

}  // namespace nim
