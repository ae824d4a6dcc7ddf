//! Ledgers as files.

use super::columns::{money, whole};
use super::*;
use crate::book::expiry::{Policy, Rules};
use crate::book::lots::Consumption;

const TERMS: fn() -> Terms = || Terms {
    consumption: Consumption::FirstIn,
    rules: Rules::of(Policy::Never),
};
const PLAIN: Layout = Layout {
    signed: false,
    sorted: false,
    as_of: None,
    by: None,
    protected: Vec::new(),
};

const LEDGER: &str = "member,date,type,points,lot,cash_value\n\
    ann,2024-01-05,earn,100,,\n\
    bob,2024-01-06,earn,300,,\n\
    ann,2024-03-01,redeem,60,,0.48\n\
    bob,2024-02-01,transfer,-50,,\n\
    ann,2024-02-01,transfer,50,,\n\
    bob,2024-04-01,expire,20,2024-01-06,\n\
    bob,2024-05-01,adjust,5,,\n";

fn read_text(text: &str, layout: Layout) -> Result<Ledger, ReadError> {
    read(text.as_bytes(), layout, &TERMS())
}

#[test]
fn totals_and_flows() {
    let ledger = read_text(LEDGER, PLAIN).unwrap();
    assert_eq!(ledger.mistakes, Mistakes::default());
    assert_eq!(ledger.totals.rows, [2, 2, 1, 1, 1]);
    assert_eq!(ledger.totals.points, [400, 0, 5, 60, 20]);
    assert_eq!(ledger.totals.balance, 325);
    assert_eq!(
        (ledger.flows.outstanding, ledger.flows.balance()),
        (325, 325)
    );
    assert_eq!(
        (ledger.flows.members, ledger.flows.members_with_points),
        (2, 2)
    );
    assert!((ledger.totals.cost_per_point().unwrap() - 0.008).abs() < 1e-12);
    assert_eq!(ledger.as_of.to_string(), "2024-05-01");
}

#[test]
fn order_of_rows_does_not_matter_and_sorted_is_the_same() {
    let plain = read_text(LEDGER, PLAIN).unwrap();
    let mut lines: Vec<&str> = LEDGER.lines().skip(1).collect();
    lines.reverse();
    let header = LEDGER.lines().next().unwrap();
    let reversed = read_text(&format!("{header}\n{}\n", lines.join("\n")), PLAIN).unwrap();
    assert_eq!(plain.flows, reversed.flows);
    lines.sort_unstable();
    let sorted = Layout {
        sorted: true,
        ..PLAIN
    };
    let text = format!("{header}\n{}\n", lines.join("\n"));
    let streamed = read_text(&text, sorted.clone()).unwrap();
    assert_eq!(
        (&plain.flows, &plain.totals),
        (&streamed.flows, &streamed.totals)
    );
    let error = read_text(LEDGER, sorted).unwrap_err();
    assert!(matches!(error, ReadError::NotSorted { line: 4 }), "{error}");
}

#[test]
fn members_in_order_as_numbers() {
    let text =
        "member,date,type,points\n2,2024-01-01,earn,1\n9,2024-01-01,earn,1\n10,2024-01-01,earn,1\n";
    let sorted = Layout {
        sorted: true,
        ..PLAIN
    };
    assert_eq!(read_text(text, sorted.clone()).unwrap().flows.members, 3);
    let again = format!("{text}2,2024-01-02,earn,1\n");
    assert!(matches!(
        read_text(&again, sorted),
        Err(ReadError::NotSorted { line: 5 })
    ));
}

#[test]
fn signed_ledgers_and_a_day_of_valuation() {
    let text = "member,date,type,points\na,2024-01-01,earn,100\na,2024-01-02,redeem,-30\na,2024-06-01,earn,7\n";
    let layout = Layout {
        signed: true,
        as_of: Day::new(2024, 3, 31),
        ..PLAIN
    };
    let ledger = read_text(text, layout).unwrap();
    assert_eq!((ledger.totals.balance, ledger.rows_after), (70, 1));
    assert_eq!(ledger.as_of.to_string(), "2024-03-31");
}

#[test]
fn every_malformed_row_is_counted_with_its_line_and_no_member_is_named() {
    let text = "Member,Date,Type,Points,lot,cash\n\
        secret-1,2024-01-01,earn,100,,\n\
        secret-2,2024-02-30,earn,100,,\n\
        secret-3,2024-01-01,gift,100,,\n\
        secret-4,2024-01-01,earn,1.5,,\n\
        ,2024-01-01,earn,1,,\n\
        secret-5,2024-01-01,redeem,5,2024-02-01,\n\
        secret-6,2024-01-01,redeem,5,,1.23456\n\
        secret-7,2024-01-01\n\
        secret-8,2024-01-01,earn,99999999999,,\n";
    let ledger = read_text(text, PLAIN).unwrap();
    assert_eq!(ledger.mistakes.count, 8);
    let lines: Vec<u64> = ledger.mistakes.first.iter().map(|m| m.0).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7, 8, 9, 10]);
    assert!(
        ledger
            .mistakes
            .first
            .iter()
            .all(|(_, what)| !what.contains("secret"))
    );
    assert_eq!(ledger.totals.all_rows(), 1);
}

#[test]
fn files_that_are_no_ledgers() {
    assert!(matches!(
        read_text("member,date,points\n", PLAIN),
        Err(ReadError::Column("type"))
    ));
    assert!(matches!(
        read_text("member,date,type,points\n", PLAIN),
        Err(ReadError::NoRows(mistakes)) if mistakes.count == 0
    ));
    assert!(matches!(
        read_text("", PLAIN),
        Err(ReadError::Column("member"))
    ));
}

#[test]
fn a_quote_that_is_not_closed_spoils_the_lines_it_swallows() {
    let text = "member,date,type,points,note\n\
        a,2024-01-05,earn,100,\"said \"\"yes\"\"\"\n\
        a,2024-02-05,earn,100,\"unclosed\n\
        a,2024-02-06,earn,700,\n\
        b,2024-02-07,earn,300,closed\"\n\
        b,2024-03-05,earn,50,\n";
    for (sorted, text) in [(false, text.to_owned()), (true, text.replace('\n', "\r\n"))] {
        let layout = Layout { sorted, ..PLAIN };
        let ledger = read_text(&text, layout).unwrap();
        assert_eq!(ledger.totals.balance, 150);
        assert_eq!(ledger.mistakes.count, 3, "lines 3 to 5");
        assert_eq!(ledger.mistakes.first.len(), 1);
        let (line, what) = ledger.mistakes.first[0];
        assert_eq!(line, 3);
        assert!(what.contains("not closed on its line"), "{what}");
    }
    // To the end of the file, in the first cell; and in the header.
    let rows = read_text("member,date,type,points\n\"a,2024-01-05,earn,100\n", PLAIN);
    let Err(ReadError::NoRows(mistakes)) = rows else {
        panic!("{rows:?}");
    };
    assert_eq!((mistakes.count, mistakes.first[0].0), (1, 2));
    let text = "member,date,type,points,\"note\na,2024-01-05,earn,100,\n";
    let header = read_text(text, PLAIN);
    assert!(matches!(header, Err(ReadError::Csv { line: Some(1) })));
}

#[test]
fn a_cancelled_redemption_takes_its_cash_value_off() {
    let cost = |rows: &[(i64, &str)], signed: bool| {
        let mut text = "member,date,type,points,cash\na,2024-01-01,earn,1000,\n".to_owned();
        for (points, cash) in rows {
            text.push_str(&format!("a,2024-02-01,redeem,{points},{cash}\n"));
        }
        let layout = Layout { signed, ..PLAIN };
        let ledger = read_text(&text, layout).unwrap();
        (ledger.totals.cost_per_point(), ledger.mistakes.count)
    };
    let right = (Some(0.01), 0);
    assert_eq!(
        cost(&[(40, "0.40"), (-40, "0.40"), (60, "0.60")], false),
        right
    );
    assert_eq!(
        cost(&[(40, "0.40"), (-40, "-0.40"), (60, "0.60")], false),
        right
    );
    assert_eq!(cost(&[(-40, "-0.40"), (-60, "-0.60")], true), right);
    assert_eq!(
        cost(&[(-40, "0.40"), (40, "0.40"), (-60, "0.60")], true),
        right
    );
    assert_eq!(
        cost(&[(60, "0.60"), (40, "-0.40")], false),
        (Some(0.01), 1),
        "what a redemption earns is a mistake"
    );
}

#[test]
fn two_columns_of_one_role_are_an_error_that_names_both() {
    for (header, first, second) in [
        (
            "member,date,type,points,points",
            ("points", 4),
            ("points", 5),
        ),
        (
            "member_id,date,type,points,Member",
            ("member_id", 1),
            ("member", 5),
        ),
        (
            "member,date,type,points,cash,cash_value",
            ("cash", 5),
            ("cash_value", 6),
        ),
    ] {
        let found = read_text(&format!("{header}\n"), PLAIN);
        let Err(ReadError::TwoColumns(both)) = found else {
            panic!("{found:?}");
        };
        assert_eq!(both, [first, second]);
    }
}

#[test]
fn amounts() {
    assert_eq!(money(b"-12.5"), Some(-125_000));
    assert_eq!(money(b"0.0001"), Some(1));
    for wrong in ["", ".", "1.00001", "--1", "1e3", "+ 1"] {
        assert_eq!(money(wrong.as_bytes()), None, "{wrong}");
    }
    assert_eq!(whole(b"100.00"), Some(100));
    assert_eq!(whole(b"-7"), Some(-7));
    assert_eq!(whole(b"0.5"), None);
}
