//! Making a valuation again from its manifest: the words of the command, with the copies of its files in their places.

use super::Task;
use super::arguments::LiabilityArgs;
use super::explaining::PLACES;
use super::register;
use crate::cli::input::OVERLAYS;
use crate::cli::record::{INPUTS, Manifest, OutputFile};
use crate::errors::Failure;
use std::path::{Component, Path, PathBuf};

/// Options that say where and how loud, with the number of words that follow them.
const MANNERS: [(&str, usize); 7] = [
    ("--out", 1),
    ("--force", 0),
    ("--threads", 1),
    ("--json", 0),
    ("--quiet", 0),
    ("-q", 0),
    ("--no-color", 0),
];

/// The words of a command line that decide its result; paths out of the directory it was typed in by their last part.
pub fn words_of(arguments: &[String]) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = arguments.iter().skip(1);
    while let Some(word) = rest.next() {
        let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
        match MANNERS.iter().find(|(manner, _)| *manner == name) {
            Some((_, following)) if !word.contains('=') => {
                for _ in 0..*following {
                    rest.next();
                }
            }
            Some(_) => {}
            None => words.push(shown(word)),
        }
    }
    words
}

/// A path that leaves the directory tells of a machine, and is of no use on another.
fn shown(word: &str) -> String {
    let path = Path::new(word);
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    match path.file_name().filter(|_| !inside) {
        Some(last) => last.to_string_lossy().into_owned(),
        None => word.to_owned(),
    }
}

/// Computes again what a manifest of this command records. A ledger is personal and was not copied: it must lie where the
/// command says.
///
/// # Errors
/// [`crate::errors::Category::Data`] where it has no words or a file is gone; else as the command itself.
pub fn repeat(
    dir: &Path,
    manifest: &Manifest,
    mut args: LiabilityArgs,
) -> Result<Vec<OutputFile>, Failure> {
    let copied = |path: &PathBuf| -> PathBuf {
        let name = path.file_name().map_or(String::new(), |name| {
            format!("{INPUTS}/{}", name.to_string_lossy())
        });
        let known = manifest.inputs.iter().any(|input| input.file == name);
        if known { dir.join(name) } else { path.clone() }
    };
    let overlaid = |path: &PathBuf| -> PathBuf {
        let name = path.file_name().map_or(String::new(), |name| {
            format!("{INPUTS}/{OVERLAYS}/{}", name.to_string_lossy())
        });
        dir.join(name)
    };
    // Both are copied under their places.
    for (path, place) in args.compare.iter_mut().zip(PLACES) {
        *path = dir.join(INPUTS).join(place);
    }
    if args.register.is_some() {
        args.register = Some(dir.join(INPUTS).join(register::COPY));
    }
    args.triangle = args.triangle.as_ref().map(copied);
    args.backtest = args.backtest.as_ref().map(copied);
    args.overlay = args.overlay.iter().map(overlaid).collect();
    if let Some(issued) = &args.issued {
        let path = copied(&PathBuf::from(issued));
        args.issued = Some(path.to_string_lossy().into_owned());
    }
    if let Some(ledger) = args.ledger.as_ref().filter(|path| !path.exists()) {
        return Err(Failure::data(format!(
            "the ledger `{}` is not here: it was not copied, because it is personal; verify from the directory in which \
             the command was typed",
            ledger.display()
        )));
    }
    Ok(Task::new(&args)?.outcome(&args)?.numbers)
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn only_words_that_decide_the_result_are_kept() {
        let line = "/opt/bin/fidelio liability data/book.csv --out x --force --threads=2 -q --json --expiry term=24";
        let words: Vec<String> = line.split(' ').map(String::from).collect();
        let kept = ["liability", "data/book.csv", "--expiry", "term=24"];
        assert_eq!(words_of(&words), kept);
        let outside = ["fidelio", "liability", "/data/ann/book.csv"].map(String::from);
        assert_eq!(words_of(&outside), ["liability", "book.csv"]);
    }
}
