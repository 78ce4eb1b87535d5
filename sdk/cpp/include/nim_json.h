#pragma once

/// @file
/// A small JSON value, for the fields that carry JSON, and the marks of what the library hands out.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#if defined(_WIN32)
#if defined(NIM_SDK_CPPWRAPPER_LIBRARY)
/// Marks what the library hands out.
#define NIM_SDK_CPPWRAPPER_DLL_API __declspec(dllexport)
#else
/// Marks what the library hands out.
#define NIM_SDK_CPPWRAPPER_DLL_API __declspec(dllimport)
#endif
#else
/// Marks what the library hands out.
#define NIM_SDK_CPPWRAPPER_DLL_API __attribute__((visibility("default")))
#endif

namespace nim {

/// A JSON value (RFC 8259). Object keys keep alphabetical order.
///
/// Reading never throws: a value of another kind reads as empty, zero or false.
class NIM_SDK_CPPWRAPPER_DLL_API Json {
public:
    /// What a value is.
    enum class Kind {
        Null,
        Bool,
        Integer,
        Real,
        String,
        Array,
        Object,
    };

    Json() = default;
    Json(bool value) : kind_(Kind::Bool), integer_(value ? 1 : 0) {}
    Json(int value) : kind_(Kind::Integer), integer_(value) {}
    Json(int64_t value) : kind_(Kind::Integer), integer_(value) {}
    Json(double value) : kind_(Kind::Real), real_(value) {}
    Json(const char* value) : kind_(Kind::String), string_(value) {}
    Json(const std::string& value) : kind_(Kind::String), string_(value) {}

    /// An empty array.
    static Json array();
    /// An empty object.
    static Json object();
    /// Reads `text` into `out`; false, and `out` as it was, when `text` is not JSON or nests deeper than 64.
    static bool parse(const std::string& text, Json& out);

    Kind kind() const { return kind_; }
    bool isNull() const { return kind_ == Kind::Null; }
    bool isString() const { return kind_ == Kind::String; }
    bool isArray() const { return kind_ == Kind::Array; }
    bool isObject() const { return kind_ == Kind::Object; }
    bool empty() const { return size() == 0; }
    /// Members of an object or array, 0 of anything else.
    size_t size() const;

    bool asBool() const;
    int asInt() const { return static_cast<int>(asInt64()); }
    int64_t asInt64() const;
    double asDouble() const;
    std::string asString() const;

    bool isMember(const std::string& key) const;
    /// The member `key`, null when there is none.
    Json get(const std::string& key) const;
    /// The member `key`, made when there is none; turns the value into an object.
    Json& operator[](const std::string& key);
    /// The elements of an array.
    const std::vector<Json>& elements() const { return elements_; }
    /// The members of an object.
    const std::map<std::string, Json>& members() const { return members_; }
    /// Adds an element; turns the value into an array.
    void append(const Json& value);

    /// The value as text, without white space.
    std::string dump() const;

private:
    Kind kind_ = Kind::Null;
    int64_t integer_ = 0;
    double real_ = 0;
    std::string string_;
    std::vector<Json> elements_;
    std::map<std::string, Json> members_;
};

}  // namespace nim
