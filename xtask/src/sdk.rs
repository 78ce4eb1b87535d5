//! `cargo xtask sdk`: builds an SDK and installs it under a prefix.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process;

/// Which SDK.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    sdk: Sdk,
}

#[derive(clap::Subcommand)]
enum Sdk {
    /// libparlor, static and shared, with the published headers, pkg-config file and CMake package.
    Cpp {
        /// Where to install.
        #[arg(long)]
        prefix: PathBuf,
        /// Build without optimisation, for trying out.
        #[arg(long)]
        debug: bool,
    },
}

/// Builds and installs the chosen SDK.
pub(crate) fn run(args: Args) -> Result<()> {
    match args.sdk {
        Sdk::Cpp { prefix, debug } => cpp(&prefix, debug),
    }
}

/// What a program needs beside the static library: what the Rust standard library and the C++ layer stand on.
const SYSTEM_LIBS: &str = "-lstdc++ -lpthread -ldl -lm";
/// The interface version in the shared library's name.
const SOVERSION: &str = "0";

/// Builds libparlor and installs it under `prefix`.
fn cpp(prefix: &Path, debug: bool) -> Result<()> {
    let mut build = process::cargo(["build", "--package", "parlor-cpp"]);
    if !debug {
        build.arg("--release");
    }
    process::succeed(&mut build)?;
    install_cpp(prefix, debug)
}

/// Installs the libparlor that was built before under `prefix`.
pub(crate) fn install_cpp(prefix: &Path, debug: bool) -> Result<()> {
    std::fs::create_dir_all(prefix)?;
    let prefix = prefix.canonicalize()?;
    let folder = |name: &str| -> Result<PathBuf> {
        let folder = prefix.join(name);
        std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        Ok(folder)
    };
    let lib = folder("lib")?;
    let archive = target_folder()?.join(if debug { "debug" } else { "release" }).join("libparlor.a");
    std::fs::copy(&archive, lib.join("libparlor.a")).with_context(|| archive.display().to_string())?;
    link_shared(&archive, &lib)?;
    let include = folder("include/parlor")?;
    // A header that is gone must not linger from an earlier install.
    std::fs::remove_dir_all(&include)?;
    copy_headers(&process::root().join("sdk/cpp/include"), &include)?;
    let version = env!("CARGO_PKG_VERSION");
    std::fs::write(folder("lib/pkgconfig")?.join("parlor.pc"), pkg_config(version))?;
    let cmake = folder("lib/cmake/parlor")?;
    std::fs::write(cmake.join("parlor-config.cmake"), CMAKE_CONFIG)?;
    std::fs::write(cmake.join("parlor-config-version.cmake"), cmake_version(version))?;
    println!("installed parlor {version} under {}", prefix.display());
    Ok(())
}

fn target_folder() -> Result<PathBuf> {
    let metadata = process::output(&mut process::cargo(["metadata", "--no-deps", "--format-version=1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let folder = metadata["target_directory"].as_str().context("cargo metadata without target_directory")?;
    Ok(folder.into())
}

/// Links the shared library from the static one. Rustc's own would export nothing of the C++ layer.
fn link_shared(archive: &Path, lib: &Path) -> Result<()> {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let soname = format!("libparlor.so.{SOVERSION}");
    let script = process::root().join("sdk/cpp/exports.map");
    let mut link = process::command(compiler, ["-shared", "-Wl,--no-undefined", "-Wl,--gc-sections"]);
    link.arg(format!("-Wl,-soname,{soname}"))
        .arg(format!("-Wl,--version-script={}", script.display()))
        .arg("-Wl,--whole-archive")
        .arg(archive)
        .arg("-Wl,--no-whole-archive")
        .args(SYSTEM_LIBS.split(' '))
        .arg("-o")
        .arg(lib.join(&soname));
    process::succeed(&mut link)?;
    let plain = lib.join("libparlor.so");
    if plain.symlink_metadata().is_ok() {
        std::fs::remove_file(&plain)?;
    }
    std::os::unix::fs::symlink(&soname, &plain)?;
    Ok(())
}

fn copy_headers(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_headers(&path, &target)?;
        } else {
            std::fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

/// Paths relative to the file, so that the installed tree can be moved.
fn pkg_config(version: &str) -> String {
    format!(
        "prefix=${{pcfiledir}}/../..\n\
         libdir=${{prefix}}/lib\n\
         includedir=${{prefix}}/include/parlor\n\n\
         Name: parlor\n\
         Description: IM, rooms and calls over one identity and one connection\n\
         Version: {version}\n\
         Cflags: -I${{includedir}}\n\
         Libs: -L${{libdir}} -lparlor -Wl,-rpath,${{libdir}}\n\
         Libs.private: {SYSTEM_LIBS}\n"
    )
}

const CMAKE_CONFIG: &str = r#"# find_package(parlor): the targets parlor::parlor (shared) and parlor::parlor_static.
get_filename_component(_parlor_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
find_package(Threads REQUIRED)
if(NOT TARGET parlor::parlor)
  add_library(parlor::parlor SHARED IMPORTED)
  set_target_properties(parlor::parlor PROPERTIES
    IMPORTED_LOCATION "${_parlor_prefix}/lib/libparlor.so"
    INTERFACE_INCLUDE_DIRECTORIES "${_parlor_prefix}/include/parlor"
    INTERFACE_COMPILE_FEATURES cxx_std_17)
  add_library(parlor::parlor_static STATIC IMPORTED)
  set_target_properties(parlor::parlor_static PROPERTIES
    IMPORTED_LOCATION "${_parlor_prefix}/lib/libparlor.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_parlor_prefix}/include/parlor"
    INTERFACE_COMPILE_FEATURES cxx_std_17
    INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS};m")
endif()
unset(_parlor_prefix)
"#;

/// The same major version is compatible.
fn cmake_version(version: &str) -> String {
    format!(
        "set(PACKAGE_VERSION \"{version}\")\n\
         string(REGEX MATCH \"^[0-9]+\" _parlor_asked \"${{PACKAGE_FIND_VERSION}}\")\n\
         string(REGEX MATCH \"^[0-9]+\" _parlor_here \"${{PACKAGE_VERSION}}\")\n\
         if(PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION OR NOT _parlor_asked STREQUAL _parlor_here)\n  \
           set(PACKAGE_VERSION_COMPATIBLE FALSE)\n\
         else()\n  \
           set(PACKAGE_VERSION_COMPATIBLE TRUE)\n\
         endif()\n\
         if(PACKAGE_FIND_VERSION VERSION_EQUAL PACKAGE_VERSION)\n  \
           set(PACKAGE_VERSION_EXACT TRUE)\n\
         endif()\n"
    )
}
