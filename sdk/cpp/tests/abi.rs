//! The C ABI: it is what parlor.h says, and its life holds: order, one thread, destroy from inside a callback.

#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "each is a call of the C ABI with memory that the test owns"
)]

use std::ffi::{CStr, c_void};
use std::mem::offset_of;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::mpsc;
use std::thread::ThreadId;
use std::time::Duration;

use parlor::abi::{
    ABI_VERSION, Options, Sdk, parlor_abi_version, parlor_create, parlor_destroy, parlor_last_error,
    parlor_submit,
};

/// SdkRequest { defer: {} }.
const DEFER: [u8; 2] = [0x0a, 0x00];
const PATIENCE: Duration = Duration::from_secs(10);

struct Seen {
    told: mpsc::Sender<(u64, ThreadId)>,
    /// A core to destroy from inside the callback.
    victim: AtomicPtr<Sdk>,
}

unsafe extern "C" fn record(user: *mut c_void, id: u64, _bytes: *const u8, _len: usize) {
    let seen = unsafe { &*user.cast::<Seen>() };
    let victim = seen.victim.swap(std::ptr::null_mut(), Ordering::AcqRel);
    unsafe { parlor_destroy(victim) };
    let _ = seen.told.send((id, std::thread::current().id()));
}

fn options(user: *mut c_void) -> Options {
    Options {
        size: size_of::<Options>(),
        abi_version: ABI_VERSION,
        reserved: 0,
        callback: Some(record),
        user,
    }
}

fn start() -> (*mut Sdk, Box<Seen>, mpsc::Receiver<(u64, ThreadId)>) {
    let (told, heard) = mpsc::channel();
    let mut seen = Box::new(Seen { told, victim: AtomicPtr::default() });
    let mut sdk = std::ptr::null_mut();
    let user = std::ptr::from_mut(&mut *seen).cast();
    assert_eq!(unsafe { parlor_create(&options(user), &mut sdk) }, 0);
    (sdk, seen, heard)
}

fn submit(sdk: *const Sdk, id: u64, bytes: &[u8]) -> i32 {
    unsafe { parlor_submit(sdk, id, bytes.as_ptr(), bytes.len()) }
}

#[test]
fn the_header_says_what_the_library_is() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir().expect("a directory");
    let program = dir.path().join("layout");
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let built = Command::new(compiler)
        .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-Wpedantic", "-I"])
        .arg(root.join("include"))
        .arg(root.join("tests/programs/layout.c"))
        .arg("-o")
        .arg(&program)
        .status();
    assert!(built.expect("a C compiler").success());
    let printed = Command::new(&program).output().expect("it runs").stdout;
    let numbers = [
        ABI_VERSION as usize,
        size_of::<Options>(),
        offset_of!(Options, size),
        offset_of!(Options, abi_version),
        offset_of!(Options, reserved),
        offset_of!(Options, callback),
        offset_of!(Options, user),
    ];
    let expected = numbers.map(|number| number.to_string()).join(" ");
    assert_eq!(String::from_utf8_lossy(&printed).trim(), expected);
    assert_eq!(parlor_abi_version(), ABI_VERSION);
}

#[test]
fn a_program_of_another_version_is_refused() {
    let mut sdk = std::ptr::null_mut();
    let mut other = options(std::ptr::null_mut());
    other.abi_version += 1;
    assert_eq!(unsafe { parlor_create(&other, &mut sdk) }, 201);
    let mut short = options(std::ptr::null_mut());
    short.size -= 1;
    assert_eq!(unsafe { parlor_create(&short, &mut sdk) }, 201);
    let mut mute = options(std::ptr::null_mut());
    mute.callback = None;
    assert_eq!(unsafe { parlor_create(&mute, &mut sdk) }, 414);
    assert_eq!(unsafe { parlor_create(std::ptr::null(), &mut sdk) }, 414);
    assert!(sdk.is_null());
    let sentence = unsafe { CStr::from_ptr(parlor_last_error()) };
    assert!(!sentence.to_bytes().is_empty());
}

#[test]
fn answers_come_in_order_on_one_thread_of_the_core() {
    let (sdk, _seen, heard) = start();
    for id in 1..=500 {
        assert_eq!(submit(sdk, id, &DEFER), 0);
    }
    let told: Vec<_> = (0..500).map(|_| heard.recv_timeout(PATIENCE).expect("an answer")).collect();
    assert!(told.iter().map(|(id, _)| *id).eq(1..=500));
    assert!(told.iter().all(|(_, thread)| *thread == told[0].1 && *thread != std::thread::current().id()));
    unsafe { parlor_destroy(sdk) };
}

#[test]
fn what_is_no_request_is_refused_and_nothing_follows() {
    let (sdk, _seen, heard) = start();
    assert_eq!(submit(sdk, 1, &[0xff, 0xff]), 414);
    assert_eq!(submit(sdk, 1, &[]), 414);
    assert_eq!(submit(sdk, 0, &DEFER), 414);
    assert_eq!(submit(std::ptr::null(), 1, &DEFER), 414);
    assert_eq!(submit(sdk, 7, &DEFER), 0);
    assert_eq!(heard.recv_timeout(PATIENCE).expect("an answer").0, 7);
    unsafe { parlor_destroy(sdk) };
}

#[test]
fn destroying_from_inside_the_callback_makes_it_the_last() {
    let (sdk, seen, heard) = start();
    seen.victim.store(sdk, Ordering::Release);
    assert_eq!(submit(sdk, 1, &DEFER), 0);
    assert_eq!(heard.recv_timeout(PATIENCE).expect("the last answer").0, 1);
    assert!(heard.recv_timeout(Duration::from_millis(200)).is_err());
}

#[test]
fn no_callback_runs_after_destroy() {
    for round in 0..50 {
        let (sdk, seen, heard) = start();
        for id in 1..=round {
            submit(sdk, id, &DEFER);
        }
        unsafe { parlor_destroy(sdk) };
        let told = heard.try_iter().count();
        drop(seen);
        assert!(told as u64 <= round);
    }
}
