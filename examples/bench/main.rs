//! Speed and memory as ratios within one run, each with the ratio that is allowed:
//! `cargo run --release --example bench -- [TEMPLATE [PARAMETERS]]`, or `-- --registry FOLDER` for the rows that need a checkout
//! of the Bicep module registry. Exit code 1 if one is exceeded.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement: it starts programs, writes their inputs and prints"
)]

mod bicep;
mod largest;
mod measure;
mod registry;
mod steps;
mod templates;

use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use armplan::syntax;
use armplan::syntax::json::Document;
use armplan::text::{FileId, decode};

use measure::{in_turn, peak, run};

/// The size of the module registry's AKS module.
const MODULE: usize = 165 << 10;
const LARGE: usize = 3 << 20;
/// Ends without a finding of level error, and with one: both are whole runs.
const JUDGED: [i32; 2] = [0, 1];

fn main() -> ExitCode {
    match bench() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("{error}");
            ExitCode::from(2)
        }
    }
}

fn bench() -> io::Result<bool> {
    let bench = Bench::prepare()?;
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next();
    if first.as_deref() == Some("--registry") {
        let folder = arguments.next().map(PathBuf::from);
        let folder = folder.ok_or_else(|| io::Error::other("--registry needs a folder"))?;
        println!("{:58} {:>10} {:>10}", "", "measured", "at most");
        let rows = registry::rows(&bench, &folder)?;
        return Ok(rows.iter().all(|row| *row));
    }
    let module = match first {
        Some(template) => std::fs::read_to_string(template)?,
        None => templates::of_size(MODULE),
    };
    let parameters = arguments.next();
    println!("{:58} {:>10} {:>10}", "", "measured", "at most");
    let rows = [
        bench.start()?,
        parse()?,
        parse_bicep()?,
        bench.plan(&module, parameters.as_deref())?,
        steps::rows(&bench)?,
        bench.memory("expand", LARGE)?,
        bench.memory("plan", LARGE)?,
        bench.growth_in_files()?,
        bench.growth(
            "resources of a template, 500 to 2000",
            500,
            templates::of_resources,
        )?,
        bench.growth(
            "copies of a resource, 200 to 800",
            200,
            templates::of_copies,
        )?,
        bench.growth_in_bicep("resources, 100 to 400", 100, bicep::of_resources)?,
        bench.growth_in_bicep("modules, 100 to 400", 100, bicep::of_modules)?,
        bench.growth_in_bicep("copies, 200 to 800", 200, bicep::of_copies)?,
        bench.check(&module)?,
    ];
    Ok(rows.iter().all(|row| *row))
}

/// Prints a row; whether it is within what is allowed.
fn row(what: &str, measured: f64, allowed: f64) -> bool {
    let held = measured <= allowed;
    let verdict = if held { "ok" } else { "TOO MUCH" };
    println!("{what:58} {measured:9.2}x {allowed:9.2}x  {verdict}");
    held
}

/// 3 MB with spans against `serde_json::Value` on the same bytes.
fn parse() -> io::Result<bool> {
    let bytes = templates::of_size(LARGE).into_bytes();
    let (ours, theirs) = in_turn(
        31,
        || {
            let text = decode(&*bytes).text;
            black_box(&Document::parse(FileId(0), text.into()));
            Ok(())
        },
        || {
            black_box(&serde_json::from_slice::<serde_json::Value>(&bytes)?);
            Ok(())
        },
    )?;
    Ok(row(
        "parse 3 MB with spans / serde_json::Value",
        ours / theirs,
        1.0,
    ))
}

/// Bytes a second that parsing Bicep takes at least.
const BICEP: f64 = 100e6;

/// Bicep of the size of a module, with spans, against the time that its bytes may take.
fn parse_bicep() -> io::Result<bool> {
    const TIMES: u32 = 8;
    let text = bicep::of_size(MODULE);
    let (ours, _) = in_turn(
        31,
        || {
            for _ in 0..TIMES {
                let file =
                    syntax::bicep::parse(FileId(0), &text, syntax::bicep::FileKind::Template);
                black_box(&file);
            }
            Ok(())
        },
        || Ok(()),
    )?;
    let speed = as_float(text.len() as u64) * f64::from(TIMES) / ours;
    let what = format!("parse Bicep, {:.0} MB/s / 100 MB/s", speed / 1e6);
    Ok(row(&what, BICEP / speed, 1.0))
}

/// The programs and the folder for their inputs.
struct Bench {
    armplan: PathBuf,
    hello: PathBuf,
    folder: PathBuf,
}

impl Bench {
    /// Builds armplan and a program that only says hello.
    fn prepare() -> io::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--release", "--quiet"])
            .current_dir(root)
            .status()?;
        // target/release/examples/bench
        let release = std::env::current_exe()?
            .parent()
            .and_then(Path::parent)
            .map(Path::to_path_buf)
            .ok_or_else(|| io::Error::other("this program stands nowhere"))?;
        let folder = release.join("bench");
        std::fs::create_dir_all(&folder)?;
        let source = folder.join("hello.rs");
        std::fs::write(&source, "fn main() { println!(\"Hello, world!\"); }\n")?;
        let hello = folder.join("hello");
        let compiled = Command::new("rustc")
            .args(["-O", "-C", "panic=abort", "-C", "strip=symbols", "-o"])
            .args([&hello, &source])
            .status()?;
        if !built.success() || !compiled.success() {
            return Err(io::Error::other("the programs to measure do not build"));
        }
        Ok(Self {
            armplan: release.join("armplan"),
            hello,
            folder,
        })
    }

    fn write(&self, name: &str, text: &str) -> io::Result<String> {
        let path = self.folder.join(name);
        std::fs::write(&path, text)?;
        Ok(path.to_string_lossy().into_owned())
    }

    fn against_hello(&self, arguments: &[&str], codes: &[i32]) -> io::Result<f64> {
        let (ours, theirs) = in_turn(
            201,
            || run(&self.armplan, arguments, codes),
            || run(&self.hello, &[], &[0]),
        )?;
        Ok(ours / theirs)
    }

    fn start(&self) -> io::Result<bool> {
        let ratio = self.against_hello(&["--version"], &[0])?;
        Ok(row("armplan --version / hello world", ratio, 2.5))
    }

    /// The module against a copy with one change.
    fn plan(&self, module: &str, parameters: Option<&str>) -> io::Result<bool> {
        let before = self.write("module-before.json", module)?;
        let template = self.write("module.json", &templates::changed(module))?;
        let mut arguments = vec!["plan", &template, "--no-config", "--before", &before];
        if let Some(file) = parameters {
            arguments.extend(["-p", file]);
        }
        let ratio = self.against_hello(&arguments, &JUDGED)?;
        let what = format!("plan of {} KB / hello world", module.len() >> 10);
        Ok(row(&what, ratio, 15.0))
    }

    /// Peak memory against the inputs and the `expand` output of one evaluation.
    fn memory(&self, command: &str, size: usize) -> io::Result<bool> {
        const MIB: f64 = 1024.0 * 1024.0;
        let text = templates::of_size(size);
        let template = self.write("large.json", &text)?;
        let before = self.write("large-before.json", &templates::changed(&text))?;
        let (peak_of_expand, expanded) =
            peak(&self.armplan, &["expand", &template, "--no-config"])?;
        let (peak, inputs) = if command == "plan" {
            let arguments = [
                "plan",
                &template,
                "--before",
                &before,
                "--no-config",
                "--format",
                "json",
            ];
            (peak(&self.armplan, &arguments)?.0, 2 * text.len() as u64)
        } else {
            (peak_of_expand, text.len() as u64)
        };
        let size = as_float(inputs + expanded);
        let beyond = (as_float(peak) - 15.0 * MIB) / size;
        let what = format!(
            "peak memory of {command}, {:.0} MiB, less 15 / {:.1} MiB",
            as_float(peak) / MIB,
            size / MIB
        );
        Ok(row(&what, beyond, 10.0))
    }

    /// Four times as much of something takes four times as long: a quarter more is still a line.
    fn growth(&self, what: &str, count: usize, make: fn(usize) -> String) -> io::Result<bool> {
        let small = self.write("small.json", &make(count))?;
        let large = self.write("large.json", &make(4 * count))?;
        self.grown(what, &small, &large)
    }

    fn growth_in_bicep(
        &self,
        what: &str,
        count: usize,
        make: fn(usize) -> String,
    ) -> io::Result<bool> {
        let (module, text) = bicep::ALERT;
        self.write(module, text)?;
        let small = self.write("small.bicep", &make(count))?;
        let large = self.write("large.bicep", &make(4 * count))?;
        let expand = |input: &str| {
            let arguments = ["expand", input, "--no-config"];
            run(&self.armplan, &arguments, &JUDGED)
        };
        let (few, many) = in_turn(11, || expand(&small), || expand(&large))?;
        Ok(row(&format!("growth: Bicep, {what}"), many / few, 5.0))
    }

    fn growth_in_files(&self) -> io::Result<bool> {
        let template = templates::of_size(16 << 10);
        for count in [100, 400] {
            let folder = self.folder.join(format!("files-{count}"));
            std::fs::create_dir_all(&folder)?;
            for number in 0..count {
                std::fs::write(folder.join(format!("template{number}.json")), &template)?;
            }
        }
        let folder = |count: usize| {
            let folder = self.folder.join(format!("files-{count}"));
            folder.to_string_lossy().into_owned()
        };
        self.grown("files, 100 to 400", &folder(100), &folder(400))
    }

    fn grown(&self, what: &str, small: &str, large: &str) -> io::Result<bool> {
        let root = self.folder.to_string_lossy();
        let check = |input: &str| {
            let arguments = ["check", input, "--no-config", "--root", &root];
            run(&self.armplan, &arguments, &JUDGED)
        };
        let (few, many) = in_turn(11, || check(small), || check(large))?;
        Ok(row(&format!("growth: {what}"), many / few, 5.0))
    }

    /// Against the peer that also checks ARM templates, where it is installed; else against the program that does nothing.
    fn check(&self, module: &str) -> io::Result<bool> {
        let file = self.write("module.json", module)?;
        let arguments = ["check", &file, "--no-config"];
        let checkov = Path::new("checkov");
        if Command::new(checkov).arg("--version").output().is_err() {
            let ratio = self.against_hello(&arguments, &JUDGED)?;
            println!(
                "{:58} {ratio:9.2}x  (checkov is not on the path)",
                "check / hello world"
            );
            return Ok(true);
        }
        let (ours, theirs) = in_turn(
            11,
            || run(&self.armplan, &arguments, &JUDGED),
            || {
                run(
                    checkov,
                    &["--framework", "arm", "--file", &file, "--quiet"],
                    &JUDGED,
                )
            },
        )?;
        let times_faster = theirs / ours;
        println!(
            "{:58} {times_faster:9.0} times faster",
            "check / checkov --framework arm"
        );
        Ok(row(
            "check / (checkov --framework arm / 250)",
            250.0 / times_faster,
            1.0,
        ))
    }
}

#[allow(clippy::cast_precision_loss, reason = "sizes in bytes, far below 2^53")]
fn as_float(bytes: u64) -> f64 {
    bytes as f64
}
