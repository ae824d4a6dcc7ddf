//! Wrong scenarios: what is said about them, and the exact message kept beside the test.

use fidelio::scenario::load::Source;
use fidelio::scenario::{parse, render};

/// Everything that is said about a text.
pub fn said(text: &str) -> String {
    let parsed = parse(text);
    assert_eq!(
        parsed.scenario.is_none(),
        parsed.diagnostics.iter().any(|d| d.is_error()),
        "a scenario exactly when there is no error"
    );
    let source = Source {
        name: "small.toml".to_string(),
        start: 0,
        text: text.to_string(),
    };
    render::render(&parsed.diagnostics, &[source], false)
}

/// A good scenario with some texts replaced, each of which must be there.
pub fn changed(good: &str, changes: &[(&str, &str)]) -> String {
    let mut text = good.to_string();
    for (from, to) in changes {
        assert!(text.contains(from), "`{from}` is not in the scenario");
        text = text.replacen(from, to, 1);
    }
    text
}

/// Compares with the snapshot of this name.
pub fn check(name: &str, said: &str) {
    insta::with_settings!({
        omit_expression => true,
        prepend_module_to_snapshot => false,
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"),
    }, {
        insta::assert_snapshot!(format!("bad_{name}"), said);
    });
}

/// One test per case: the good scenario with some texts replaced is refused, with exactly this message.
macro_rules! refused {
    ($good:expr; $( $name:ident: [ $( $from:expr => $to:expr ),+ $(,)? ] )+) => {
        #[test]
        fn the_good_scenario_is_good() {
            let parsed = fidelio::scenario::parse($good);
            assert!(parsed.diagnostics.is_empty(), "{}", $crate::message::said($good));
        }

        $(
            #[test]
            fn $name() {
                let text = $crate::message::changed($good, &[ $( ($from, $to) ),+ ]);
                assert!(fidelio::scenario::parse(&text).has_errors(), "accepted");
                $crate::message::check(stringify!($name), &$crate::message::said(&text));
            }
        )+
    };
}
pub(crate) use refused;
