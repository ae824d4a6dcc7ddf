//! Reading a triangle from CSV, with every mistake of the file by its line.

use super::number_cells::{NumberCell, read as read_cell, shown};
use super::vintage_order;
use crate::book::reader::Ledger;
use crate::cli::record::OutputFile;
use crate::errors::Failure;
use crate::liability::estimate::triangle::{LARGEST, Triangle, TriangleError};
use crate::scenario::diagnostics::nearest;
use std::path::Path;

/// Longest file read.
const LONGEST: u64 = 64 << 20;
/// Mistakes printed one by one.
const MOST_SHOWN: usize = 20;
/// Names of the column of points issued.
const ISSUED: [&str; 4] = ["issued", "points_issued", "points issued", "exposure"];

/// A triangle and where it came from.
pub struct Read {
    pub triangle: Triangle,
    /// As read, under the folder of inputs; a ledger is personal and is not copied.
    pub sources: Vec<OutputFile>,
    /// The ledger it was made from.
    pub ledger: Option<Ledger>,
}

/// Reads the triangle, and the points issued from its own column, a list, or another file.
///
/// # Errors
/// [`crate::errors::Category::Data`] with a line for everything that is wrong.
pub fn read(path: &Path, incremental: bool, issued: Option<&str>) -> Result<Read, Failure> {
    let text = text_of(path)?;
    let mut table = parse(path, &text)?;
    let mut sources = vec![source(path, &text)];
    if let Some(given) = issued {
        table.issued = Some(match list(given) {
            Some(list) => list,
            None => {
                let from = Path::new(given);
                let text = text_of(from)?;
                sources.push(source(from, &text));
                issued_of(from, &text, &table.names)?
            }
        });
    }
    let lines = table.lines;
    let located = |error: TriangleError| {
        Failure::data(format!("`{}`: {}", path.display(), at_line(&error, &lines)))
    };
    let made = if incremental {
        Triangle::incremental(table.names, table.cells)
    } else {
        Triangle::cumulative(table.names, table.cells)
    };
    let mut triangle = made.map_err(located)?;
    if let Some(issued) = table.issued {
        triangle = triangle.with_issued(issued).map_err(located)?;
    }
    Ok(Read {
        triangle,
        sources,
        ledger: None,
    })
}

fn source(path: &Path, text: &str) -> OutputFile {
    let name = path.file_name().map_or("triangle.csv".to_owned(), |name| {
        name.to_string_lossy().into_owned()
    });
    OutputFile {
        name: format!("{}/{name}", crate::cli::record::INPUTS),
        bytes: text.as_bytes().to_vec(),
    }
}

/// The text of an error of a triangle with the line of its row in the file.
fn at_line(error: &TriangleError, lines: &[u64]) -> String {
    let row = match error {
        TriangleError::EmptyRow { row }
        | TriangleError::Value { row, .. }
        | TriangleError::IncrementGap { row, .. }
        | TriangleError::Issued { row, .. } => Some(*row),
        _ => None,
    };
    match row.and_then(|row| lines.get(row - 1)) {
        Some(line) => format!("line {line}: {error}"),
        None => error.to_string(),
    }
}

fn text_of(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let length = std::fs::metadata(path)
        .map_err(|error| Failure::data(format!("cannot read `{shown}`: {error}")))?;
    if length.is_dir() {
        return Err(Failure::data(format!(
            "`{shown}` is a directory, not a CSV file"
        )));
    }
    if length.len() > LONGEST {
        return Err(Failure::data(format!(
            "`{shown}` is longer than {} MiB",
            LONGEST >> 20
        )));
    }
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::data(format!("cannot read `{shown}`: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::data(format!("`{shown}` is not UTF-8 text")))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
}

struct Table {
    names: Vec<String>,
    lines: Vec<u64>,
    cells: Vec<Vec<Option<f64>>>,
    issued: Option<Vec<f64>>,
}

impl Table {
    /// Adds a row; what is wrong in it goes to `wrong`.
    fn row(
        &mut self,
        record: &csv::StringRecord,
        line: u64,
        issued_at: Option<usize>,
        wrong: &mut Mistakes,
    ) {
        let mut cells = Vec::new();
        for (column, text) in record.iter().enumerate().skip(1) {
            let value = match read_cell(text) {
                NumberCell::Empty => None,
                NumberCell::Number(value) if value.abs() <= LARGEST => Some(value),
                NumberCell::Number(value) => {
                    wrong.add(
                        line,
                        format!("column {}: {value:e} is beyond 1e30", column + 1),
                    );
                    None
                }
                NumberCell::Wrong => {
                    let found = shown(text);
                    wrong.add(
                        line,
                        format!(
                            "column {}: \"{found}\", expected a number or nothing",
                            column + 1
                        ),
                    );
                    None
                }
            };
            if Some(column) == issued_at {
                match value {
                    Some(value) => self.issued.get_or_insert_default().push(value),
                    None => wrong.add(
                        line,
                        "points issued are missing, expected a number".to_owned(),
                    ),
                }
            } else {
                cells.push(value);
            }
        }
        self.names
            .push(record.get(0).unwrap_or("").chars().take(80).collect());
        self.lines.push(line);
        self.cells.push(cells);
    }
}

/// A separator that the first line uses: comma, semicolon or tab.
fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or("");
    let count = |c: char| first.matches(c).count();
    let best = [',', ';', '\t']
        .into_iter()
        .max_by_key(|c| count(*c))
        .unwrap_or(',');
    // Of equals the last wins: with none of them the file has one column, and any will do.
    best as u8
}

fn records(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
}

fn parse(path: &Path, text: &str) -> Result<Table, Failure> {
    let mut wrong = Mistakes::default();
    let mut table = Table {
        names: vec![],
        lines: vec![],
        cells: vec![],
        issued: None,
    };
    let mut issued_at = None;
    let mut width = 0;
    for (index, record) in records(text).records().enumerate() {
        let record =
            record.map_err(|error| Failure::data(format!("`{}`: {error}", path.display())))?;
        let line = record.position().map_or(0, csv::Position::line);
        if index == 0 {
            width = record.len();
            let is_issued = |name: &str| ISSUED.contains(&name.to_lowercase().as_str());
            let mut issued = record
                .iter()
                .enumerate()
                .filter(|(_, name)| is_issued(name));
            issued_at = issued.next().map(|(column, _)| column);
            if let (Some(first), Some((_, other))) = (issued_at, issued.next()) {
                let first = record.get(first).unwrap_or("");
                let both =
                    format!("both `{first}` and `{other}` are points issued, expected one of them");
                wrong.add(1, both);
            }
            header(&record, issued_at, &mut wrong);
            continue;
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.len() > width {
            wrong.add(
                line,
                format!(
                    "{} values, but the header names {width} columns",
                    record.len()
                ),
            );
        }
        table.row(&record, line, issued_at, &mut wrong);
    }
    if table.names.is_empty() && wrong.count == 0 {
        wrong.add(1, "no rows after the header".to_owned());
    }
    for (row, what) in vintage_order::mistakes(&table.names) {
        wrong.add(table.lines.get(row).copied().unwrap_or(0), what);
    }
    wrong.into_result(path)?;
    Ok(table)
}

/// Ages in the header must be in order where they are numbers: a triangle with its columns mixed up reads like data.
fn header(record: &csv::StringRecord, issued_at: Option<usize>, wrong: &mut Mistakes) {
    if record.len() < 2 {
        wrong.add(
            1,
            "one column only, expected a name and values by age, separated by commas".to_owned(),
        );
    }
    let ages = record
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(column, _)| Some(*column) != issued_at);
    let numbers: Vec<f64> = ages.filter_map(|(_, text)| text.parse().ok()).collect();
    if numbers.windows(2).any(|pair| pair[1] <= pair[0]) {
        wrong.add(
            1,
            "ages in the header are not in increasing order".to_owned(),
        );
    } else if numbers
        .windows(3)
        .any(|ages| ages[2] - ages[1] != ages[1] - ages[0])
    {
        wrong.add(
            1,
            "ages in the header are not one period apart: a column is missing".to_owned(),
        );
    }
}

/// A list of numbers; none where the text is something else (a file's name).
fn list(text: &str) -> Option<Vec<f64>> {
    let parts = text.split(',').map(|part| match read_cell(part) {
        NumberCell::Number(value) => Some(value),
        _ => None,
    });
    parts.collect()
}

/// Points issued from a file of vintage and points, matched by name where the names are the triangle's, else by order.
fn issued_of(path: &Path, text: &str, names: &[String]) -> Result<Vec<f64>, Failure> {
    let mut wrong = Mistakes::default();
    let mut rows: Vec<(String, f64)> = Vec::new();
    for (index, record) in records(text).records().enumerate() {
        let record =
            record.map_err(|error| Failure::data(format!("`{}`: {error}", path.display())))?;
        let line = record.position().map_or(0, csv::Position::line);
        let last = record.iter().next_back().unwrap_or("");
        match read_cell(last) {
            NumberCell::Number(value) => rows.push((record.get(0).unwrap_or("").to_owned(), value)),
            // A header.
            _ if index == 0 => {}
            _ => wrong.add(line, format!("\"{}\", expected points issued", shown(last))),
        }
    }
    wrong.into_result(path)?;
    let issued = |name: &String| rows.iter().find(|row| row.0 == *name).map(|row| row.1);
    if names.iter().any(|name| issued(name).is_some()) {
        let twice = |place: &usize| rows[..*place].iter().any(|row| row.0 == rows[*place].0);
        if let Some(place) = (0..rows.len()).find(twice) {
            return Err(Failure::data(format!(
                "`{}`: vintage \"{}\" is there twice",
                path.display(),
                shown(&rows[place].0)
            )));
        }
        let found = names.iter().map(|name| {
            issued(name).ok_or_else(|| {
                let known: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
                let hint = nearest(name, known).map_or_else(String::new, |near| {
                    format!("; did you mean \"{}\"?", shown(near))
                });
                Failure::data(format!(
                    "`{}` has no points issued of vintage \"{}\"{hint}",
                    path.display(),
                    shown(name)
                ))
            })
        });
        return found.collect();
    }
    if rows.len() != names.len() {
        return Err(Failure::data(format!(
            "`{}`: {} vintages, but the triangle has {}, and the names do not match",
            path.display(),
            rows.len(),
            names.len()
        )));
    }
    Ok(rows.into_iter().map(|row| row.1).collect())
}

/// Mistakes of a file, the first ones in words and all of them counted.
#[derive(Default)]
struct Mistakes {
    lines: Vec<String>,
    count: usize,
}

impl Mistakes {
    fn add(&mut self, line: u64, what: String) {
        self.count += 1;
        if self.lines.len() < MOST_SHOWN {
            self.lines.push(format!("  line {line}: {what}"));
        }
    }

    fn into_result(self, path: &Path) -> Result<(), Failure> {
        if self.count == 0 {
            return Ok(());
        }
        let hidden = self.count - self.lines.len();
        let mut report = format!("{}\n{}", path.display(), self.lines.join("\n"));
        if hidden > 0 {
            report.push_str(&format!("\n  and {hidden} more"));
        }
        let count = crate::cli::console::count(self.count, "mistake");
        Err(Failure::data(format!("`{}` has {count}", path.display())).with_report(report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Table, String> {
        parse(Path::new("t.csv"), text).map_err(|failure| failure.report.unwrap_or(failure.message))
    }

    #[test]
    fn a_triangle_with_its_issued_points() {
        for text in [
            "vintage,points_issued,1,2\n2021,100,30,45\n\n2022,110,33,\n",
            "vintage;1;Issued;2\n2021;30;100;45\n2022;33;110\n",
        ] {
            let table = parsed(text).unwrap();
            assert_eq!(table.issued, Some(vec![100.0, 110.0]));
            assert_eq!(table.cells[0], [Some(30.0), Some(45.0)]);
            assert_eq!(table.cells[1][0], Some(33.0));
            assert_eq!(table.lines.len(), 2);
        }
    }

    #[test]
    fn every_mistake_has_its_line() {
        let text = "vintage,issued,2,1\n2021,100,3o,45\n2022,,33,1e31\n2023,1,2,3,4\n";
        let report = parsed(text).err().unwrap();
        insta::assert_snapshot!(report, @r#"
        t.csv
          line 1: ages in the header are not in increasing order
          line 2: column 3: "3o", expected a number or nothing
          line 3: points issued are missing, expected a number
          line 3: column 4: 1e31 is beyond 1e30
          line 4: 5 values, but the header names 4 columns
        "#);
    }

    #[test]
    fn vintages_out_of_order_two_columns_issued_and_ages_apart_are_mistakes() {
        let text = "vintage,issued,exposure,1,2,4\n2021,100,100,3,4,5\n2020,100,100,3,4,\n";
        let report = parsed(text).err().unwrap();
        insta::assert_snapshot!(report, @r#"
        t.csv
          line 1: both `issued` and `exposure` are points issued, expected one of them
          line 1: ages in the header are not one period apart: a column is missing
          line 3: vintage 2020 after 2021, expected the oldest first
        "#);
    }

    #[test]
    fn nothing_is_refused_with_a_reason() {
        for text in ["", "vintage,1\n", "vintage\n2021\n"] {
            assert!(parsed(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn issued_points_from_a_list_or_by_name() {
        assert_eq!(list("1_000, 2000"), Some(vec![1000.0, 2000.0]));
        assert_eq!(list("issued.csv"), None);
        let names = ["b".to_owned(), "a".to_owned()];
        let found = issued_of(Path::new("i.csv"), "vintage,points\na,1\nb,2\n", &names);
        assert_eq!(found.unwrap(), [2.0, 1.0]);
        assert!(issued_of(Path::new("i.csv"), "a,1\n", &names).is_err());
        // By order only where no name matches at all.
        let by_order = issued_of(Path::new("i.csv"), "x,1\ny,2\n", &names);
        assert_eq!(by_order.unwrap(), [1.0, 2.0]);
        let names = ["north".to_owned(), "south".to_owned()];
        for (text, told) in [
            (
                "nort,1\nsouth,2\n",
                "no points issued of vintage \"north\"; did you mean \"nort\"?",
            ),
            (
                "north,1\nsouth,2\nnorth,3\n",
                "vintage \"north\" is there twice",
            ),
        ] {
            let refused = issued_of(Path::new("i.csv"), text, &names).err().unwrap();
            assert!(refused.message.contains(told), "{}", refused.message);
        }
    }
}
