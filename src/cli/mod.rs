//! The command line: arguments in, output and exit code out. Each command is one thin file.

mod args;
mod emit;
mod exit;
mod expand;
mod explain;
mod judge;
mod request;
mod terminal;
mod why;

pub use args::Cli;
pub use exit::Exit;

use clap::{CommandFactory, Parser};

use crate::engine::Request;
use crate::report;

use args::{Color, Command, ListFormat};
use judge::Options;
use request::Usage;

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
    let color = cli.color;
    match &cli.command {
        Command::Check(options) => judged(
            request::check(options),
            &Options {
                reporting: &options.reporting,
                color,
                show_unchanged: false,
                detailed_exitcode: false,
                emit: None,
            },
        ),
        Command::Plan(options) => judged(
            request::plan(options),
            &Options {
                reporting: &options.reporting,
                color,
                show_unchanged: options.show_unchanged,
                detailed_exitcode: options.detailed_exitcode,
                emit: options.steps.emit.as_deref(),
            },
        ),
        Command::Expand(options) => match request::expand(&options.template, &options.inputs) {
            Ok(request) => expand::run(&request, options, color),
            Err(usage) => fail(&usage, color),
        },
        Command::Why(options) => match request::evaluate(&options.template, &options.inputs) {
            Ok(request) => why::run(&request, options, color),
            Err(usage) => fail(&usage, color),
        },
        Command::Explain(options) => {
            explain::run(options, color).unwrap_or_else(|unknown| fail(&unknown, color))
        }
        Command::Rules(options) => {
            let list = match options.format {
                ListFormat::Json => report::rules_json(),
                ListFormat::Text => report::rules_text(),
            };
            print(list, color)
        }
        Command::Completions(options) => print(completions(options.shell), color),
        Command::Man => print(manual(), color),
    }
}

fn judged(request: Result<Request, Usage>, options: &Options<'_>) -> Exit {
    match request {
        Ok(request) => judge::run(&request, options),
        Err(usage) => fail(&usage, options.color),
    }
}

/// A failure that ends the run.
fn fail(failure: &dyn miette::Diagnostic, color: Color) -> Exit {
    terminal::complain(failure, color);
    Exit::Unusable
}

fn print(text: impl AsRef<[u8]>, color: Color) -> Exit {
    if terminal::print(text.as_ref(), color) {
        Exit::Clean
    } else {
        Exit::Unusable
    }
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
    let mut program = Cli::command();
    program.build();
    // Writing into memory does not fail.
    let _ = clap_mangen::Man::new(program.clone()).render(&mut page);
    for command in program
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
    {
        let man = clap_mangen::Man::new(command.clone());
        let mut section = Vec::new();
        let _ = man.render_synopsis_section(&mut section);
        let _ = man.render_description_section(&mut section);
        let _ = man.render_options_section(&mut section);
        page.extend(format!(".SH \"COMMAND {}\"\n", command.get_name().to_uppercase()).bytes());
        // Its sections are parts of this one.
        page.extend(
            String::from_utf8_lossy(&section)
                .replace(".SH ", ".SS ")
                .bytes(),
        );
    }
    page
}
