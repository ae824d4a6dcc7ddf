//! The order of the vintages of a triangle's file. Tables by calendar period, and every estimate of a past period, place a
//! row by where it stands: rows newest first, two rows exchanged, or a vintage left out give tables that are false and
//! tie.

use super::mistakes::Mistakes;
use super::number_cells::shown;
use crate::book::calendar::{Day, Month};
use std::collections::BTreeMap;

/// When a vintage was, as far as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Year(i32),
    Month(i32),
    Day(i32),
}

impl When {
    /// `2024`; `2024-03`, `2024/03` or `202403`; `2024-03-31`. None of any other name.
    fn of(name: &str) -> Option<When> {
        let name = name.trim().replace(['/', '.'], "-");
        if let Some(day) = Day::parse(name.as_bytes()) {
            return Some(When::Day(day.0));
        }
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let month = |year: &str, month: &str| {
            // The calendar says which years and months there are.
            let (year, month) = (year.parse().ok()?, month.parse().ok()?);
            Day::new(year, month, 1).map(|_| When::Month(Month::new(year, month).0))
        };
        match (name.split_once('-'), name.len()) {
            (Some((y, m)), 6 | 7) if y.len() == 4 && is_number(y) && is_number(m) => month(y, m),
            (None, 4) if is_number(&name) => {
                let year = name.parse().ok()?;
                Day::new(year, 1, 1).map(|_| When::Year(year))
            }
            (None, 6) if is_number(&name) => month(name.get(..4)?, name.get(4..)?),
            _ => None,
        }
    }

    /// From one to the next, in the unit of both; none of different units.
    fn to(self, next: When) -> Option<i32> {
        match (self, next) {
            (When::Year(a), When::Year(b))
            | (When::Month(a), When::Month(b))
            | (When::Day(a), When::Day(b)) => Some(b - a),
            _ => None,
        }
    }

    /// Whether so far from the vintage before is farther than `usual`, the nearest two vintages of the file. Months and
    /// years have different numbers of days.
    fn is_gap(self, step: i32, usual: i32) -> bool {
        match self {
            When::Day(_) => 2 * step > 3 * usual,
            _ => step > usual,
        }
    }
}

/// A row as far as its order is concerned.
#[derive(Clone, Copy, Debug)]
struct Row<'a> {
    name: &'a str,
    line: u64,
    when: Option<When>,
    /// Ages up to the last value; 0 of an empty row.
    ages: usize,
    has_gap: bool,
}

/// Adds what is wrong with the order to `wrong`: a name that comes twice, a vintage that is not after the one before or
/// holds more values than it, and one that is missing, where the names prove it. Where only the lengths of rows speak, the
/// valuation has a finding.
pub fn check(names: &[String], lines: &[u64], cells: &[Vec<Option<f64>>], wrong: &mut Mistakes) {
    let rows: Vec<Row> = names
        .iter()
        .zip(lines)
        .zip(cells)
        .map(|((name, line), values)| {
            let ages = values
                .iter()
                .rposition(Option::is_some)
                .map_or(0, |at| at + 1);
            Row {
                name,
                line: *line,
                when: When::of(name),
                ages,
                has_gap: values.iter().take(ages).any(Option::is_none),
            }
        })
        .collect();
    let mut first: BTreeMap<&str, u64> = BTreeMap::new();
    let usual = usual_step(&rows);
    for (index, row) in rows.iter().enumerate() {
        if let Some(line) = first.get(row.name).filter(|_| !row.name.is_empty()) {
            let name = shown(row.name);
            wrong.add(
                row.line,
                format!("vintage `{name}` is in line {line} already"),
            );
            continue;
        }
        first.insert(row.name, row.line);
        let before = index.checked_sub(1).and_then(|at| rows.get(at));
        if let Some(what) = before.and_then(|before| misplaced(before, row, usual)) {
            wrong.add(row.line, what);
        }
    }
}

/// The nearest two vintages of a file of which every name tells when it was.
fn usual_step(rows: &[Row]) -> Option<i32> {
    let pairs = rows.windows(2).map(|pair| match pair {
        [before, row] => before.when?.to(row.when?),
        _ => None,
    });
    let steps: Option<Vec<i32>> = pairs.collect();
    steps?.into_iter().filter(|step| *step > 0).min()
}

/// What is wrong with a row after the one before.
fn misplaced(before: &Row, row: &Row, usual: Option<i32>) -> Option<String> {
    let (name, last) = (shown(row.name), shown(before.name));
    let step = before.when.zip(row.when).and_then(|(a, b)| a.to(b));
    if step.is_some_and(|step| step <= 0) {
        return Some(format!(
            "vintage `{name}` is not after `{last}`, expected vintages in order of time, oldest first"
        ));
    }
    if row.ages > before.ages && before.ages > 0 {
        return Some(format!(
            "vintage `{name}` holds values up to age {}, `{last}` before it up to {} only; expected vintages in order of \
             time, oldest first",
            row.ages, before.ages
        ));
    }
    let (step, when) = (step?, row.when?);
    let by_name = usual.is_some_and(|usual| when.is_gap(step, usual));
    // Every name skips as many: the lengths tell whether vintages are so far apart, or left out.
    let fall = before.ages.saturating_sub(row.ages);
    let by_length = fall > 1 && step > 1 && !matches!(when, When::Day(_));
    let by_length = by_length && row.ages > 0 && !before.has_gap && !row.has_gap;
    (by_name || by_length).then(|| {
        format!(
            "no vintage between `{last}` and `{name}`, expected one of every period, with 0 points issued and redeemed \
             where there were none"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with rows of these names and lengths, in the lines from 2 on.
    fn found(rows: &[(&str, usize)]) -> Vec<String> {
        let names: Vec<String> = rows.iter().map(|row| row.0.to_owned()).collect();
        let lines: Vec<u64> = (2..2 + rows.len() as u64).collect();
        let cells: Vec<Vec<Option<f64>>> = rows
            .iter()
            .map(|row| (0..3).map(|age| (age < row.1).then_some(1.0)).collect())
            .collect();
        let mut wrong = Mistakes::default();
        check(&names, &lines, &cells, &mut wrong);
        wrong.lines
    }

    #[test]
    fn vintages_in_order_are_right_whatever_their_names() {
        for names in [
            ["2021", "2022", "2023"],
            ["2023-11", "2023-12", "2024-01"],
            ["202311", "202312", "202401"],
            ["2024-01-31", "2024-02-29", "2024-03-31"],
            ["2024-01-01", "2024-01-08", "2024-01-15"],
            ["2018", "2020", "2022"],
            ["2024-01", "2024-04", "2024-07"],
            ["3", "1", "2"],
            ["old", "new", "2020"],
            ["", "", ""],
        ] {
            let rows = [(names[0], 3), (names[1], 2), (names[2], 1)];
            assert_eq!(found(&rows), [""; 0], "{names:?}");
        }
        let trapezoid = [("2020", 3), ("2021", 3), ("2022", 2), ("2023", 1)];
        assert_eq!(found(&trapezoid), [""; 0]);
    }

    #[test]
    fn rows_out_of_order_are_told_by_their_line() {
        let reversed = found(&[("2023", 1), ("2022", 2), ("2021", 3)]);
        assert_eq!(reversed.len(), 2, "{reversed:?}");
        assert!(reversed[0].contains("line 3: vintage `2022` is not after `2023`"));
        // Equal lengths, so that only the names tell.
        let swapped = found(&[("2021", 3), ("2020", 3), ("2022", 2), ("2023", 1)]);
        assert!(swapped[0].contains("line 3: vintage `2020` is not after `2021`"));
        // Names that tell nothing: the lengths do.
        let longer = found(&[("a", 2), ("b", 3), ("c", 1)]);
        assert!(longer[0].contains("line 3: vintage `b` holds values up to age 3"));
        let twice = found(&[("a", 3), ("b", 2), ("a", 1)]);
        assert!(twice[0].contains("line 4: vintage `a` is in line 2 already"));
    }

    #[test]
    fn a_vintage_left_out_is_told_where_the_names_prove_it() {
        let told = "line 3: no vintage between `2020` and `2022`";
        // Other vintages are a year apart.
        let by_name = found(&[("2020", 3), ("2022", 2), ("2023", 1)]);
        assert!(by_name[0].contains(told), "{by_name:?}");
        // All are two years apart, and two values are missing.
        let by_length = found(&[("2020", 3), ("2022", 1)]);
        assert!(by_length[0].contains(told), "{by_length:?}");
        let months = found(&[("2024-01-31", 3), ("2024-03-31", 2), ("2024-04-30", 1)]);
        assert_eq!(months.len(), 1, "{months:?}");
        // Nothing proves it: a finding of the valuation.
        assert_eq!(found(&[("a", 3), ("c", 1)]), [""; 0]);
        assert_eq!(found(&[("2020", 3), ("2021", 1)]), [""; 0]);
    }
}
