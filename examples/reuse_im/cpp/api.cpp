#include "api.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace {

uint32_t rotated(uint32_t value, int by) { return value << by | value >> (32 - by); }

void sha1_block(const uint8_t* block, uint32_t (&state)[5]) {
    uint32_t w[80];
    for (int i = 0; i < 16; ++i) {
        w[i] = uint32_t{block[4 * i]} << 24 | uint32_t{block[4 * i + 1]} << 16 | uint32_t{block[4 * i + 2]} << 8 |
               block[4 * i + 3];
    }
    for (int i = 16; i < 80; ++i) w[i] = rotated(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int i = 0; i < 80; ++i) {
        const uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
        const uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
        const uint32_t next = rotated(a, 5) + f + e + k + w[i];
        e = d;
        d = c;
        c = rotated(b, 30);
        b = a;
        a = next;
    }
    const uint32_t add[5] = {a, b, c, d, e};
    for (int i = 0; i < 5; ++i) state[i] += add[i];
}

/// SHA-1 (FIPS 180-4) as lower-case hex.
std::string sha1_hex(std::string text) {
    const uint64_t bits = uint64_t{text.size()} * 8;
    text.push_back('\x80');
    while (text.size() % 64 != 56) text.push_back('\0');
    for (int shift = 56; shift >= 0; shift -= 8) text.push_back(static_cast<char>(bits >> shift));
    uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    for (size_t at = 0; at < text.size(); at += 64) {
        sha1_block(reinterpret_cast<const uint8_t*>(text.data()) + at, state);
    }
    std::string hex;
    for (const uint32_t word : state) {
        for (int shift = 28; shift >= 0; shift -= 4) hex.push_back("0123456789abcdef"[word >> shift & 15]);
    }
    return hex;
}

std::string base64(const std::string& text) {
    static const char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (size_t at = 0; at < text.size(); at += 3) {
        uint32_t group = 0;
        for (size_t i = 0; i < 3; ++i) {
            group = group << 8 | (at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0u);
        }
        for (size_t i = 0; i < 4; ++i) {
            out.push_back(at + i <= text.size() ? kAlphabet[group >> (18 - 6 * i) & 63] : '=');
        }
    }
    return out;
}

std::string form_encoded(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || std::strchr("-._~", c) != nullptr) {
            out.push_back(c);
        } else {
            out.push_back('%');
            out.push_back("0123456789ABCDEF"[static_cast<uint8_t>(c) >> 4]);
            out.push_back("0123456789ABCDEF"[static_cast<uint8_t>(c) & 15]);
        }
    }
    return out;
}

/// A TCP connection that sends all and then reads all.
class Connection {
public:
    Connection(const std::string& host, const std::string& port) {
        addrinfo hints = {};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) throw std::runtime_error("unknown " + host);
        for (const addrinfo* at = found; at != nullptr && socket_ < 0; at = at->ai_next) {
            socket_ = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
            if (socket_ >= 0 && connect(socket_, at->ai_addr, at->ai_addrlen) != 0) {
                close(socket_);
                socket_ = -1;
            }
        }
        freeaddrinfo(found);
        if (socket_ < 0) throw std::runtime_error("cannot connect to " + host + ":" + port);
    }
    ~Connection() { close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    std::string exchange(const std::string& request) {
        for (size_t at = 0; at < request.size();) {
            const ssize_t sent = send(socket_, request.data() + at, request.size() - at, MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("the server closed the connection");
            at += static_cast<size_t>(sent);
        }
        std::string reply;
        std::vector<char> piece(4096);
        for (ssize_t got = 1; got > 0;) {
            got = recv(socket_, piece.data(), piece.size(), 0);
            if (got > 0) reply.append(piece.data(), static_cast<size_t>(got));
        }
        return reply;
    }

private:
    int socket_ = -1;
};

nim::Json parsed(const std::string& path, const std::string& text) {
    nim::Json json;
    if (!nim::Json::parse(text, json)) throw std::runtime_error(path + ": no JSON: " + text);
    return json;
}

}  // namespace

int64_t now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Api::Api(const std::string& server, const std::string& app_key, const std::string& app_secret)
    : app_key_(app_key), app_secret_(app_secret) {
    const std::string scheme = "http://";
    if (server.compare(0, scheme.size(), scheme) != 0) throw std::runtime_error("PARLOR_SERVER is not http://…");
    const std::string authority = server.substr(scheme.size(), server.find('/', scheme.size()) - scheme.size());
    const size_t colon = authority.rfind(':');
    host_ = authority.substr(0, colon);
    port_ = colon == std::string::npos ? "80" : authority.substr(colon + 1);
}

std::string Api::call(const std::string& method, const std::string& path, const std::string& type,
                      const std::string& body) const {
    const std::string nonce = std::to_string(now_ms());
    const std::string cur_time = std::to_string(now_ms() / 1000);
    const std::string check_sum = sha1_hex(app_secret_ + nonce + cur_time);
    const std::string request = method + " " + path + " HTTP/1.1\r\nHost: " + host_ + ":" + port_ +
                                "\r\nConnection: close\r\nAppKey: " + app_key_ + "\r\nNonce: " + nonce +
                                "\r\nCurTime: " + cur_time + "\r\nCheckSum: " + check_sum +
                                "\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) +
                                "\r\n\r\n" + body;
    const std::string reply = Connection(host_, port_).exchange(request);
    const size_t head = reply.find("\r\n\r\n");
    if (head == std::string::npos) throw std::runtime_error(path + ": no HTTP reply");
    return reply.substr(head + 4);
}

nim::Json Api::im(const std::string& action, const std::map<std::string, std::string>& form) const {
    const std::string path = "/nimserver/user/" + action + ".action";
    std::string body;
    for (const auto& field : form) {
        body += (body.empty() ? "" : "&") + field.first + "=" + form_encoded(field.second);
    }
    const nim::Json reply = parsed(path, call("POST", path, "application/x-www-form-urlencoded;charset=utf-8", body));
    if (reply.get("code").asInt() != 200) throw std::runtime_error(path + ": " + reply.dump());
    return reply;
}

nim::Json Api::room(const std::string& method, const std::string& path, const nim::Json& body) const {
    return parsed(path, call(method, path, "application/json", body.dump()));
}

void Api::create_im_account(const std::string& accid, const std::string& token) const {
    im("create", {{"accid", accid}, {"token", token}});
}

std::string Api::create_room_account(const std::string& user_uuid, const std::string& accid,
                                     const std::string& im_token) const {
    nim::Json body;
    body["user_uuid"] = user_uuid;
    body["im_accid"] = accid;
    body["im_token"] = im_token;
    const nim::Json reply = room("POST", "/neroom/v3/users", body);
    const std::string token = reply.get("data").get("user_token").asString();
    if (token.empty()) throw std::runtime_error("no user_token in " + reply.dump());
    return token;
}

int Api::rebind(const std::string& user_uuid, const std::string& accid, const std::string& im_token) const {
    nim::Json body;
    body["imAccid"] = accid;
    body["imToken"] = im_token;
    body["updateOnConflict"] = true;
    return room("PUT", "/apps/" + app_key_ + "/v1/users/" + user_uuid, body).get("code").asInt();
}

int Api::online(const std::string& accid) const {
    nim::Json accids;
    accids.append(accid);
    const nim::Json reply = im("userOnlineStatus", {{"accids", accids.dump()}});
    return static_cast<int>(reply.get("data").get("status").get(accid).size());
}

std::string Api::dynamic_token(const std::string& account, int64_t cur_time_ms, int ttl_s) const {
    const std::string cur_time = std::to_string(cur_time_ms);
    nim::Json token;
    token["signature"] = sha1_hex(app_key_ + account + cur_time + std::to_string(ttl_s) + app_secret_);
    token["curTime"] = cur_time_ms;
    token["ttl"] = ttl_s;
    return base64(token.dump());
}
