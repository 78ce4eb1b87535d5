#ifndef PARLOR_H
#define PARLOR_H

/**
 * @file
 * The C ABI below the C++ headers: bytes down, bytes up, one callback.
 *
 * The bytes are protobuf messages of sdk.proto (SdkRequest, SdkReply, SdkEvent). Every function may be called from any
 * thread. No panic and no exception crosses this boundary.
 */

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define PARLOR_API
#else
#define PARLOR_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Grows by one whenever a struct or the meaning of a call changes. */
#define PARLOR_ABI_VERSION 1u

/** One core: a thread that talks to the server and a thread on which every callback runs. */
typedef struct parlor_sdk parlor_sdk;

/**
 * Brings an answer (the request's id, bytes of SdkReply) or an event (id 0, bytes of SdkEvent).
 *
 * Always on the core's one callback thread. It may call every function below, parlor_destroy included. The bytes live
 * until it returns.
 */
typedef void (*parlor_callback)(void* user, uint64_t request_id, const uint8_t* bytes, size_t len);

/** What a core is made of. */
typedef struct parlor_options {
    /** sizeof(parlor_options), so that a newer library can read an older program's struct. */
    size_t size;
    /** PARLOR_ABI_VERSION of the program. */
    uint32_t abi_version;
    /** Unused; 0. */
    uint32_t reserved;
    /** Called with `user`; must not be NULL. */
    parlor_callback callback;
    void* user;
} parlor_options;

/** PARLOR_ABI_VERSION of the library. */
PARLOR_API uint32_t parlor_abi_version(void);

/** Version of the library, such as "0.1.0". */
PARLOR_API const char* parlor_version(void);

/** Makes a core. Returns 0 and sets `*out`, or a code of parlor_codes.h (link column). */
PARLOR_API int32_t parlor_create(const parlor_options* options, parlor_sdk** out);

/**
 * Hands a request in. Requests are begun in the order in which they come.
 *
 * Returns 0: exactly one callback follows under `request_id` (not 0), unless the core is destroyed before. Any other
 * return is a code, in the numbers of the request's family, and nothing follows: the bytes are no request, a queue is
 * full, or an init was refused.
 */
PARLOR_API int32_t parlor_submit(parlor_sdk* sdk, uint64_t request_id, const uint8_t* bytes, size_t len);

/**
 * Why the last call of this thread was refused, as a sentence for the developer; empty when it was not. Lives until the
 * thread's next call.
 */
PARLOR_API const char* parlor_last_error(void);

/**
 * Ends a core: logs out, stops its threads, frees it. After it has returned no callback runs; called from inside the
 * callback, that one is the last. NULL is allowed. The caller sees to it that no other call is under way.
 */
PARLOR_API void parlor_destroy(parlor_sdk* sdk);

#ifdef __cplusplus
}
#endif

#endif
