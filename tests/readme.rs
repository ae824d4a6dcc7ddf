//! The README tried as a new user would: every command in it is run, and the output it shows is the program's.
//!
//! The environment variable `FIDELIO_README` says how far: unset, commands run with few customers and the shown table must
//! have the rows and columns of today's; `check` compares it, word for word, with the full run; `refresh` writes
//! the output of the full run and a chart of it.

use assert_cmd::Command;
use std::path::{Path, PathBuf};
use std::time::Duration;

const SMALL: &str = "2000";
/// The command whose output the README shows.
const SHOWN: &str = "scenarios/grocer.toml";
const OUTPUT: [&str; 2] = ["<!-- output:begin -->\n", "<!-- output:end -->"];
const CHART: [&str; 2] = ["<!-- chart:begin -->\n", "<!-- chart:end -->"];
/// Picture shown, by the name the run gives it.
const PICTURE: &str = "net_value";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

/// Lines of the fenced blocks marked as commands.
fn commands(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.trim_end() {
            "```sh" | "```console" => inside = true,
            "```" => inside = false,
            line if inside && !line.is_empty() => {
                commands.push(line.trim_start_matches("$ ").to_owned())
            }
            _ => {}
        }
    }
    commands
}

/// What a command of the README asks of the program; none for those that are not the program's.
fn arguments(command: &str) -> Option<Vec<String>> {
    let program = ["cargo run --release -- ", "fidelio "];
    let rest = program
        .iter()
        .find_map(|start| command.strip_prefix(start))?;
    let mut words: Vec<String> = rest.split_whitespace().map(String::from).collect();
    if words.first().is_some_and(|word| word == "run") {
        // Few customers, whatever the README says.
        if let Some(at) = words.iter().position(|word| word == "--customers") {
            words.drain(at..at + 2);
        }
        words.extend(["--customers".to_owned(), SMALL.to_owned()]);
    }
    Some(words)
}

/// A directory with the shipped scenarios in it.
fn place() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["scenarios", "scenarios/stress"] {
        std::fs::create_dir(dir.path().join(folder)).unwrap();
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let from = entry.unwrap().path();
            if from.is_file() {
                let to = dir.path().join(folder).join(from.file_name().unwrap());
                std::fs::copy(&from, to).unwrap();
            }
        }
    }
    dir
}

/// Standard output of the program in a directory; it must succeed.
fn output(dir: &Path, arguments: &[String]) -> String {
    let mut command = Command::cargo_bin("fidelio").unwrap();
    let command = command
        .current_dir(dir)
        .env_remove("COLUMNS")
        .args(arguments)
        .timeout(Duration::from_secs(1200));
    let output = command.output().unwrap();
    let shown = arguments.join(" ");
    assert!(
        output.status.success(),
        "fidelio {shown}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(String::from).collect()
}

/// What stands between two marks.
fn between<'a>(text: &'a str, marks: [&str; 2]) -> &'a str {
    let (_, after) = text.split_once(marks[0]).expect("the README has its marks");
    after
        .split_once(marks[1])
        .expect("the README has its marks")
        .0
}

fn block(output: &str) -> String {
    format!("```text\n{}\n```\n", output.trim_end())
}

/// The first cell of every row of several cells, digits aside: what does not depend on the number of customers.
fn labels(text: &str) -> Vec<String> {
    let rows = text
        .lines()
        .filter_map(|line| line.trim_start().split_once("  "));
    let labels = rows.map(|(label, _)| label.chars().filter(|c| !c.is_ascii_digit()).collect());
    labels
        .filter(|label: &String| label.chars().any(char::is_alphabetic))
        .collect()
}

#[test]
fn every_command_of_the_readme_works() {
    let dir = place();
    let commands = commands(&readme());
    let mut tried = 0;
    for command in &commands {
        match arguments(command) {
            Some(arguments) => {
                output(dir.path(), &arguments);
                tried += 1;
            }
            // This very test is part of it.
            None => assert_eq!(command, "cargo test", "a command nobody tries"),
        }
    }
    assert!(tried >= 8, "only {tried} commands found in the README");
}

#[test]
fn set_up_is_two_commands() {
    let text = readme();
    let (_, after) = text.split_once("## Set up").unwrap();
    let section = after.split("\n## ").next().unwrap();
    assert_eq!(
        commands(section),
        [
            format!("cargo run --release -- run {SHOWN}"),
            "cargo test".to_owned()
        ]
    );
}

#[test]
fn the_shown_output_is_the_programs() {
    let dir = place();
    let mode = std::env::var("FIDELIO_README").unwrap_or_default();
    let full = ["check", "refresh"].contains(&mode.as_str());
    let run = if full {
        words(&format!("run {SHOWN}"))
    } else {
        words(&format!("run {SHOWN} --customers {SMALL}"))
    };
    let output = output(dir.path(), &run);
    if mode == "refresh" {
        return refresh(&output, &dir.path().join("outputs/grocer"));
    }
    let text = readme();
    let shown = between(&text, OUTPUT);
    let hint = "refresh it with `FIDELIO_README=refresh cargo test --test readme`";
    if full {
        assert!(
            shown.trim() == block(&output).trim(),
            "the README shows an old run; {hint}\n{output}"
        );
    } else {
        assert_eq!(
            labels(shown),
            labels(&block(&output)),
            "the README shows another table; {hint}"
        );
    }
    assert!(
        root().join(format!("docs/{PICTURE}.png")).exists(),
        "the README shows a chart that is not there; {hint}"
    );
}

fn refresh(output: &str, results: &Path) {
    let mut text = readme();
    let docs: PathBuf = root().join("docs");
    std::fs::create_dir_all(&docs).unwrap();
    let picture = format!("{PICTURE}.png");
    std::fs::copy(results.join(&picture), docs.join(&picture)).unwrap();
    let chart = format!("![Cumulative net value of the program over five years](docs/{picture})\n");
    for (marks, new) in [(OUTPUT, block(output)), (CHART, chart)] {
        let old = format!("{}{}{}", marks[0], between(&text, marks), marks[1]);
        text = text.replace(&old, &format!("{}{new}{}", marks[0], marks[1]));
    }
    std::fs::write(root().join("README.md"), text).unwrap();
}

#[test]
fn the_reader_of_commands_reads_commands() {
    let text = "a\n```sh\nfidelio run x.toml --customers 5 --json\n```\n```toml\nseed = 1\n```\n```console\n$ fidelio schema\n```\n";
    let found = commands(text);
    assert_eq!(
        found,
        ["fidelio run x.toml --customers 5 --json", "fidelio schema"]
    );
    assert_eq!(
        arguments(&found[0]).unwrap(),
        ["run", "x.toml", "--json", "--customers", SMALL]
    );
    assert_eq!(arguments("cargo test"), None);
    assert_eq!(
        labels("  ROI      1.5\n 12 rows  3\n ----\nOne sentence of 20 k.\n"),
        ["ROI", " rows"]
    );
}
