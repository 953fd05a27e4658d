//! The command line: arguments in, output and exit code out. Each command is one thin file.

mod args;
mod exit;

pub use args::Cli;
pub use exit::Exit;

use std::io::Write;

use clap::{CommandFactory, Parser};

use args::Command;

/// Runs the program with the process's arguments.
pub fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and are no failure; a closed pipe is none either.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Unusable
            } else {
                Exit::Clean
            };
        }
    };
    let output = match &cli.command {
        Command::Completions(options) => completions(options.shell),
        Command::Man => manual(),
        Command::Check(_)
        | Command::Plan(_)
        | Command::Expand(_)
        | Command::Why(_)
        | Command::Explain(_)
        | Command::Rules(_) => Vec::new(),
    };
    let _ = std::io::stdout().lock().write_all(&output);
    Exit::Clean
}

/// The completion script of a shell.
fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "armplan", &mut script);
    script
}

/// The manual page: the program's, then one section a command.
fn manual() -> Vec<u8> {
    let mut page = Vec::new();
    // Writing into memory does not fail.
    let _ = clap_mangen::Man::new(Cli::command()).render(&mut page);
    page
}
