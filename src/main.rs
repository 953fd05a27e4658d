//! The program: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    armplan::cli::main().code().into()
}
