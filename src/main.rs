//! The `fidelio` program: parse, dispatch, exit code.
use fidelio::cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            cli::console::complain(&failure);
            ExitCode::from(failure.category.exit_code())
        }
    }
}
