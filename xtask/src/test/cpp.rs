//! The C++ SDK as an app meets it: installed, found by CMake and pkg-config, run against a real server, and under the
//! sanitizers.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::examples::{self, Server};
use crate::{process, sdk};

/// How long the eight threads of the stress program run.
const STRESS_S: &str = "10";
/// ASan and UBSan; a finding ends the program.
const SANITIZERS: [&str; 4] =
    ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-fno-omit-frame-pointer", "-g"];

/// A folder of this run, gone with the value.
pub(super) struct Scratch(pub(super) PathBuf);

impl Scratch {
    pub(super) fn new(name: &str) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("parlor-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Installs the SDK, then runs what an app would build on it, then the same layer under the sanitizers.
pub(super) fn run() -> Result<()> {
    let scratch = Scratch::new("cpp")?;
    let prefix = scratch.0.join("prefix");
    examples::build()?;
    sdk::install_cpp(&prefix, true)?;
    by_pkg_config(&prefix, &scratch.0)?;
    let server = Server::start()?;
    by_cmake(&prefix, &scratch.0, "meeting")?;
    let example = by_cmake(&prefix, &scratch.0, "reuse_im")?.join("reuse_im");
    let mut run = process::command(&example, [] as [&str; 0]);
    server.environment(&mut run);
    process::succeed(&mut run)?;
    let mut accounts = process::command(&example, ["--accounts", "4"]);
    server.environment(&mut accounts);
    let accounts = process::output(&mut accounts)?;
    sanitized(&prefix, &scratch.0, &server, &accounts)
}

fn by_pkg_config(prefix: &Path, folder: &Path) -> Result<()> {
    let mut ask = process::command("pkg-config", ["--cflags", "--libs", "parlor"]);
    let flags = process::output(ask.env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig")))?;
    let life = folder.join("life");
    process::succeed(compiler(&life).arg(program("life")).args(flags.split_whitespace()))?;
    process::succeed(&mut process::command(&life, [] as [&str; 0]))
}

/// Builds an example; answers the folder of its programs.
pub(super) fn by_cmake(prefix: &Path, folder: &Path, example: &str) -> Result<PathBuf> {
    let build = folder.join(example);
    let mut configure = process::command("cmake", ["-S"]);
    configure.arg(process::root().join("examples").join(example).join("cpp"));
    configure.arg("-B").arg(&build).arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display()));
    process::succeed(&mut configure)?;
    process::succeed(process::command("cmake", ["--build"]).arg(&build))?;
    Ok(build)
}

/// Builds the C++ layer with the sanitizers and lets eight threads loose on it.
fn sanitized(prefix: &Path, folder: &Path, server: &Server, accounts: &str) -> Result<()> {
    let mut layer = std::fs::read_dir(process::root().join("sdk/cpp/src"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    layer.retain(|path| path.extension().is_some_and(|extension| extension == "cpp"));
    layer.sort();
    let objects = objects(&layer, folder)?;
    let accounts = accounts.split_whitespace().collect::<Vec<_>>();
    let two_people = accounts.get(..8).context("accounts of fewer than two people")?;
    let stress = [STRESS_S].into_iter().chain(accounts.iter().copied()).collect::<Vec<_>>();
    let programs =
        [("wire", &[][..]), ("life", &[]), ("room", &[]), ("room_calls", two_people), ("stress", &stress)];
    for (name, words) in programs {
        let binary = folder.join(name);
        let mut build = compiler(&binary);
        // The layer's own objects go before the archive, which then gives the rest.
        build
            .args(SANITIZERS)
            .arg("-Isdk/cpp/include")
            .arg("-Isdk/cpp/src")
            .arg(program(name))
            .args(&objects);
        build.arg(prefix.join("lib/libparlor.a")).args(["-lpthread", "-ldl", "-lm"]);
        process::succeed(&mut build)?;
        let mut run = process::command(&binary, words);
        server.environment(&mut run);
        process::succeed(&mut run)?;
    }
    Ok(())
}

/// Compiles with the sanitizers, as many at a time as there are processors.
fn objects(sources: &[PathBuf], folder: &Path) -> Result<Vec<PathBuf>> {
    let at_a_time = std::thread::available_parallelism().map_or(1, usize::from);
    let mut objects = Vec::new();
    for batch in sources.chunks(at_a_time) {
        let mut running = Vec::new();
        for source in batch {
            let name = source.file_stem().context("a source without a name")?;
            let object = folder.join(name).with_extension("o");
            let mut compile = compiler(&object);
            compile.args(SANITIZERS).args(["-O1", "-Isdk/cpp/include", "-c"]).arg(source);
            running.push((source, compile.spawn()?));
            objects.push(object);
        }
        for (source, mut child) in running {
            ensure!(child.wait()?.success(), "{} does not compile", source.display());
        }
    }
    Ok(objects)
}

fn program(name: &str) -> PathBuf {
    process::root().join("sdk/cpp/tests/programs").join(name).with_extension("cpp")
}

fn compiler(output: &Path) -> Command {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let mut command = process::command(compiler, ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-o"]);
    command.arg(output);
    command
}
