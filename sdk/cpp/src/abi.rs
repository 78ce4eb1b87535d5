//! The C ABI of `include/parlor.h`. Its documentation is there; `tests/abi.rs` holds both together.

use std::cell::RefCell;
use std::ffi::{CString, c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parlor_protocol::codes::Code;

use crate::facade::Facade;
use crate::threads::{Callback, Refusal, Threads};

thread_local! {
    static LAST_ERROR: RefCell<CString> = RefCell::default();
}

/// `PARLOR_ABI_VERSION`.
pub const ABI_VERSION: u32 = 1;

/// `parlor_sdk`: one core.
pub struct Sdk {
    threads: Threads,
}

/// `parlor_options`.
#[repr(C)]
pub struct Options {
    /// Size of the program's struct, in bytes.
    pub size: usize,
    /// The program's [`ABI_VERSION`].
    pub abi_version: u32,
    /// Unused, 0.
    pub reserved: u32,
    /// Brings answers and events.
    pub callback: Option<unsafe extern "C" fn(*mut c_void, u64, *const u8, usize)>,
    /// Handed to the callback.
    pub user: *mut c_void,
}

/// `parlor_abi_version`.
#[unsafe(no_mangle)]
pub extern "C" fn parlor_abi_version() -> u32 {
    ABI_VERSION
}

/// `parlor_version`.
#[unsafe(no_mangle)]
pub extern "C" fn parlor_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// `parlor_create`.
///
/// # Safety
///
/// `options` points to a `parlor_options` of which `size` bytes are readable, `out` to a writable pointer;
/// the callback stays valid until [`parlor_destroy`] has returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn parlor_create(options: *const Options, out: *mut *mut Sdk) -> i32 {
    // SAFETY: the caller vouches for both pointers; null is refused.
    let (Some(options), Some(out)) = (unsafe { options.as_ref() }, unsafe { out.as_mut() }) else {
        return Code::InvalidParameter.link();
    };
    guarded(|| {
        if options.size < size_of::<Options>() || options.abi_version != ABI_VERSION {
            return Err(Code::ProtocolVersion.into());
        }
        let callback: Callback = options.callback.ok_or(Code::InvalidParameter)?;
        let threads =
            Threads::start(callback, options.user, |events, handle| Arc::new(Facade::new(events, handle)));
        let threads =
            threads.map_err(|error| Refusal { number: Code::Failure.link(), message: error.to_string() })?;
        *out = Box::into_raw(Box::new(Sdk { threads }));
        Ok(())
    })
}

/// `parlor_submit`.
///
/// # Safety
///
/// `sdk` came from [`parlor_create`] and is not destroyed before this returns; `len` bytes are readable at
/// `bytes`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn parlor_submit(
    sdk: *const Sdk,
    request_id: u64,
    bytes: *const u8,
    len: usize,
) -> i32 {
    // SAFETY: the caller vouches for a living core; null is refused.
    let Some(sdk) = (unsafe { sdk.as_ref() }) else {
        return Code::InvalidParameter.link();
    };
    if bytes.is_null() {
        return Code::InvalidParameter.link();
    }
    // SAFETY: not null, and the caller vouches for `len` readable bytes.
    let bytes = unsafe { std::slice::from_raw_parts(bytes, len) };
    guarded(|| sdk.threads.submit(request_id, bytes))
}

/// `parlor_last_error`.
#[unsafe(no_mangle)]
pub extern "C" fn parlor_last_error() -> *const c_char {
    LAST_ERROR.with_borrow(|last| last.as_ptr())
}

/// `parlor_destroy`.
///
/// # Safety
///
/// `sdk` is null or came from [`parlor_create`], is destroyed once, and no other call with it is under way.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn parlor_destroy(sdk: *mut Sdk) {
    if !sdk.is_null() {
        // SAFETY: the caller gives the core back.
        let sdk = unsafe { Box::from_raw(sdk) };
        let _ = catch_unwind(AssertUnwindSafe(|| drop(sdk)));
    }
}

fn guarded(body: impl FnOnce() -> Result<(), Refusal>) -> i32 {
    let outcome = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| Err(Code::Failure.into()));
    let (number, message) = match outcome {
        Ok(()) => (Code::Ok.link(), String::new()),
        Err(refusal) => (refusal.number, refusal.message),
    };
    LAST_ERROR.with_borrow_mut(|last| *last = CString::new(message).unwrap_or_default());
    number
}
