//! Whether the vintages of a triangle stand in time order and without a gap, as far as their names tell: tables over calendar
//! periods take the rows as they come.

use super::number_cells::shown;

/// What is wrong with the names, by row from 0; nothing where they are no years, quarters or months.
pub fn mistakes(names: &[String]) -> Vec<(usize, String)> {
    let forms: [fn(&str) -> Option<i64>; 3] = [year, quarter, month];
    let numbers = forms.into_iter().find_map(|form| {
        names
            .iter()
            .map(|name| form(name))
            .collect::<Option<Vec<i64>>>()
    });
    let Some(numbers) = numbers else {
        return Vec::new();
    };
    let steps: Vec<i64> = numbers.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // Vintages of several periods are as far apart as their ages are: all the same.
    let usual = steps.iter().copied().filter(|step| *step > 0).min();
    let wrong = steps.iter().enumerate().filter_map(|(row, step)| {
        let (before, name) = (shown(&names[row]), shown(&names[row + 1]));
        if *step <= 0 {
            return Some((
                row + 1,
                format!("vintage {name} after {before}, expected the oldest first"),
            ));
        }
        let is_gap = usual.is_some_and(|usual| *step > usual);
        is_gap.then(|| {
            let what = format!("vintage {name} after {before}, expected no gap between vintages");
            (row + 1, what)
        })
    });
    wrong.collect()
}

fn digits(text: &str, count: usize) -> Option<i64> {
    let is_plain = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

/// `2021`.
fn year(name: &str) -> Option<i64> {
    digits(name, 4)
}

/// `2021-Q3` or `2021Q3`, in quarters.
fn quarter(name: &str) -> Option<i64> {
    let (before, after) = name.split_once(['Q', 'q'])?;
    let quarter = digits(after, 1).filter(|quarter| (1..=4).contains(quarter))?;
    let year = digits(before.trim_end_matches(['-', ' ']), 4)?;
    Some(4 * year + quarter)
}

/// `2021-07` or `2021/07`, in months.
fn month(name: &str) -> Option<i64> {
    let (year, month) = name.split_once(['-', '/'])?;
    let month = digits(month, 2).filter(|month| (1..=12).contains(month))?;
    Some(12 * digits(year, 4)? + month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str]) -> Vec<(usize, String)> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        mistakes(&names)
    }

    #[test]
    fn order_and_gaps_are_told_where_names_are_times() {
        for sound in [
            ["2019", "2020", "2021"],
            ["2019", "2021", "2023"],
            ["2020-11", "2020-12", "2021-01"],
            ["2020-Q3", "2020-Q4", "2021-Q1"],
            ["b", "a", "c"],
            ["2019", "2018", "c"],
        ] {
            assert_eq!(found(&sound), [], "{sound:?}");
        }
        let reversed = found(&["2021", "2020", "2019"]);
        assert_eq!(reversed.len(), 2);
        assert_eq!(
            reversed[0].1,
            "vintage 2020 after 2021, expected the oldest first"
        );
        let gap = found(&["2020-10", "2020-11", "2021-01"]);
        let told = "vintage 2021-01 after 2020-11, expected no gap between vintages".to_owned();
        assert_eq!(gap, [(2, told)]);
        assert_eq!(found(&["2020", "2020"]).len(), 1);
    }
}
