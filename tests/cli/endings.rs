//! How commands end: exit codes, and what is said on the way out.

use crate::place::Place;

#[test]
fn help_and_version_are_answers() {
    let place = Place::empty();
    let help = place.ends(&["--help"], 0);
    for command in [
        "run",
        "check",
        "new",
        "trace",
        "schema",
        "verify",
        "Exit codes",
    ] {
        assert!(help.out.contains(command), "{command} is not in the help");
    }
    assert!(place.ends(&["--version"], 0).out.starts_with("fidelio "));
}

#[test]
fn wrong_arguments_end_with_2() {
    let place = Place::empty();
    for args in [
        &[][..],
        &["fly"],
        &["run"],
        &["run", "x.toml", "--customers", "many"],
        &["run", "x.toml", "--customers", "0"],
        &["run", "x.toml", "--threads", "-1"],
        &["run", "x.toml", "--seed", "1.5"],
        &["new", "pyramid"],
    ] {
        let ended = place.ends(args, 2);
        assert!(!ended.err.is_empty() && ended.out.is_empty(), "{args:?}");
    }
}

#[test]
fn a_scenario_that_is_not_there_ends_with_2_and_is_named() {
    let place = Place::empty();
    for command in ["run", "check", "trace"] {
        let ended = place.ends(&[command, "nowhere.toml"], 2);
        assert!(ended.err.contains("nowhere.toml"), "{}", ended.err);
    }
    assert!(place.ends(&["run", "."], 2).err.contains("directory"));
}

#[test]
fn all_errors_of_a_scenario_are_told_and_nothing_is_written() {
    let place = Place::new();
    let text = format!(
        "first_nonsense = 1\nsecond_nonsense = 2\n{}",
        place.read("market.toml")
    );
    place.write("market.toml", &text);
    for command in ["run", "check"] {
        let ended = place.ends(&[command, "market.toml"], 2);
        assert!(
            ended.err.contains("first_nonsense") && ended.err.contains("second_nonsense"),
            "{}",
            ended.err
        );
        assert!(!ended.err.contains('\u{1b}'), "no colors in a file");
    }
    assert!(!place.path("outputs").exists());
}

#[test]
fn binary_rubbish_is_refused() {
    let place = Place::empty();
    std::fs::write(place.path("x.toml"), [0xff, 0xfe, 0, 1, 2]).unwrap();
    place.ends(&["run", "x.toml"], 2);
    place.ends(&["check", "x.toml"], 2);
}

#[cfg(unix)]
mod unix {
    use crate::place::{Place, name};
    use std::process::{Command, Stdio};
    use std::time::Duration;

    fn spawn(place: &Place, args: &[&str]) -> std::process::Child {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("fidelio"));
        let command = command.current_dir(place.dir.path()).args(args);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    #[test]
    fn ctrl_c_leaves_nothing_half_written() {
        let place = Place::new();
        let mut child = spawn(
            &place,
            &[
                "run",
                "market.toml",
                "--customers",
                "20_000_000",
                "--out",
                "answer",
            ],
        );
        std::thread::sleep(Duration::from_millis(1500));
        assert!(
            child.try_wait().unwrap().is_none(),
            "the run ended before it could be stopped"
        );
        let killed = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let left: Vec<String> = std::fs::read_dir(place.dir.path())
            .unwrap()
            .map(|e| name(&e.unwrap().path()))
            .collect();
        assert_eq!(left, ["market.toml"]);
    }

    #[test]
    fn a_reader_that_leaves_is_a_success() {
        let place = Place::empty();
        let mut child = spawn(&place, &["schema"]);
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}
