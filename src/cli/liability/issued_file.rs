//! Points issued that are given beside a triangle: a list, or a file of their own.

use super::mistakes::Mistakes;
use super::number_cells::{NumberCell, read as read_cell, shown};
use super::triangle_file::records;
use crate::errors::Failure;
use crate::scenario::diagnostics::nearest;
use std::collections::BTreeMap;
use std::path::Path;

/// A list of numbers; none where the text is something else (a file's name).
pub fn list(text: &str) -> Option<Vec<f64>> {
    let parts = text.split(',').map(|part| match read_cell(part) {
        NumberCell::Number(value) => Some(value),
        _ => None,
    });
    parts.collect()
}

/// A row of the file: its line, its vintage (none where there is one column only), points.
type Row = (u64, Option<String>, f64);

/// Points issued from a file of vintage and points, by name. Where no name is one of the triangle's, by order; where any
/// is, all must be: a name mistyped would else give every vintage the points of another.
///
/// # Errors
/// [`crate::errors::Category::Data`] with a line for everything that is wrong.
pub fn issued_of(path: &Path, text: &str, names: &[String]) -> Result<Vec<f64>, Failure> {
    let rows = rows(path, text)?;
    let mut by_name: BTreeMap<&str, (u64, f64)> = BTreeMap::new();
    let mut wrong = Mistakes::default();
    for (line, name, points) in &rows {
        let Some(name) = name else { continue };
        if let Some((first, _)) = by_name.get(name.as_str()) {
            let what = format!("vintage `{}` is in line {first} already", shown(name));
            wrong.add(*line, what);
        } else {
            by_name.insert(name, (*line, *points));
        }
    }
    if !names.iter().any(|name| by_name.contains_key(name.as_str())) {
        wrong.into_result(path)?;
        return by_order(path, rows, names);
    }
    for (name, (line, _)) in &by_name {
        if names.iter().all(|known| known != name) {
            let near = nearest(name, names.iter().map(String::as_str));
            let near = near.map_or(String::new(), |near| {
                format!("; did you mean `{}`?", shown(near))
            });
            let what = format!("`{}` is no vintage of the triangle{near}", shown(name));
            wrong.add(*line, what);
        }
    }
    let last = rows.last().map_or(1, |row| row.0);
    let mut issued = Vec::with_capacity(names.len());
    for name in names {
        match by_name.get(name.as_str()) {
            Some((_, points)) => issued.push(*points),
            None => {
                let what = format!(
                    "the file ends without points issued of the triangle's vintage `{}`",
                    shown(name)
                );
                wrong.add(last, what);
            }
        }
    }
    wrong.into_result(path)?;
    Ok(issued)
}

fn rows(path: &Path, text: &str) -> Result<Vec<Row>, Failure> {
    let mut wrong = Mistakes::default();
    let mut rows = Vec::new();
    for (index, record) in records(text).records().enumerate() {
        let record =
            record.map_err(|error| Failure::data(format!("`{}`: {error}", path.display())))?;
        let line = record.position().map_or(0, csv::Position::line);
        let last = record.iter().next_back().unwrap_or("");
        let name = record.get(0).filter(|_| record.len() > 1);
        match read_cell(last) {
            NumberCell::Number(value) => rows.push((line, name.map(str::to_owned), value)),
            // A header.
            _ if index == 0 => {}
            _ => wrong.add(line, format!("\"{}\", expected points issued", shown(last))),
        }
    }
    wrong.into_result(path)?;
    Ok(rows)
}

fn by_order(path: &Path, rows: Vec<Row>, names: &[String]) -> Result<Vec<f64>, Failure> {
    if rows.len() != names.len() {
        return Err(Failure::data(format!(
            "`{}`: {} vintages, but the triangle has {}, and the names do not match",
            path.display(),
            rows.len(),
            names.len()
        )));
    }
    Ok(rows.into_iter().map(|row| row.2).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issued(text: &str, names: [&str; 2]) -> Result<Vec<f64>, String> {
        let names = names.map(str::to_owned);
        issued_of(Path::new("i.csv"), text, &names)
            .map_err(|failure| failure.report.unwrap_or(failure.message))
    }

    #[test]
    fn issued_points_from_a_list_or_by_name() {
        assert_eq!(list("1_000, 2000"), Some(vec![1000.0, 2000.0]));
        assert_eq!(list("issued.csv"), None);
        let found = issued("vintage,points\na,1\nb,2\n", ["b", "a"]);
        assert_eq!(found.unwrap(), [2.0, 1.0]);
        assert!(issued("a,1\n", ["b", "a"]).is_err());
        // No name is known, or there is none: by order.
        assert_eq!(issued("x,1\ny,2\n", ["b", "a"]).unwrap(), [1.0, 2.0]);
        assert_eq!(issued("5\n5\n", ["b", "a"]).unwrap(), [5.0, 5.0]);
    }

    #[test]
    fn a_name_of_no_vintage_is_not_taken_for_another() {
        let told = issued("vintage,points\n2021,9000\n2020x,100\n", ["2020", "2021"]).unwrap_err();
        for words in [
            "line 3: `2020x` is no vintage of the triangle; did you mean `2020`?",
            "vintage `2020`",
        ] {
            assert!(told.contains(words), "{told}");
        }
        let told = issued("2020,100\n2020,500\n", ["2020", "2021"]).unwrap_err();
        assert!(told.contains("line 2: vintage `2020` is in line 1 already"));
    }
}
