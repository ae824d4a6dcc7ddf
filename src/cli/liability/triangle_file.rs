//! Reading a triangle from CSV, with every mistake of the file by its line.

use super::issued_file::{issued_of, list};
use super::mistakes::Mistakes;
use super::number_cells::{NumberCell, read as read_cell, shown};
use super::vintage_order;
use crate::book::reader::Ledger;
use crate::cli::record::OutputFile;
use crate::errors::Failure;
use crate::liability::estimate::triangle::{LARGEST, Triangle, TriangleError};
use std::path::Path;

/// Longest file read.
const LONGEST: u64 = 64 << 20;
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

/// The rows of a text, the header among them.
pub fn records(text: &str) -> csv::Reader<&[u8]> {
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
            issued_at = issued_column(&record, &mut wrong);
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
    // A cell that is no number is none: its row would look shorter than it is.
    if wrong.count == 0 {
        vintage_order::check(&table.names, &table.lines, &table.cells, &mut wrong);
    }
    wrong.into_result(path)?;
    Ok(table)
}

/// Where the points issued stand.
fn issued_column(record: &csv::StringRecord, wrong: &mut Mistakes) -> Option<usize> {
    let is_issued = |name: &str| ISSUED.contains(&name.to_lowercase().as_str());
    let mut columns = record
        .iter()
        .enumerate()
        .filter(|(_, name)| is_issued(name));
    let first = columns.next()?;
    if let Some(second) = columns.next() {
        let what = format!(
            "columns `{}` and `{}` are both of points issued: keep one",
            first.1, second.1
        );
        wrong.add(1, what);
    }
    Some(first.0)
}

/// Ages in the header must be in order and equally far apart where they are numbers: a triangle with its columns mixed up,
/// or one left out, reads like data.
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
        return;
    }
    for ages in numbers.windows(3) {
        let (step, next) = (ages[1] - ages[0], ages[2] - ages[1]);
        // 0.1, 0.2, 0.3 are equally far apart too.
        if (next - step).abs() > 1e-6 * step {
            let what = format!(
                "ages in the header: {} does not follow {} as {} follows {}; expected every age, none left out",
                ages[2], ages[1], ages[1], ages[0]
            );
            wrong.add(1, what);
            return;
        }
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
    fn nothing_is_refused_with_a_reason() {
        for text in ["", "vintage,1\n", "vintage\n2021\n"] {
            assert!(parsed(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn ages_that_skip_and_two_columns_of_points_issued_are_refused() {
        let skipped = parsed("vintage,1,2,4,8\n2020,1,2,3,4\n").err().unwrap();
        assert!(
            skipped.contains("line 1: ages in the header: 4 does not follow 2 as 2 follows 1"),
            "{skipped}"
        );
        assert!(parsed("vintage,12,24,36\n2020,1,2,3\n").is_ok());
        assert!(parsed("vintage,0.1,0.2,0.3\n2020,1,2,3\n").is_ok());
        let twice = parsed("vintage,issued,Exposure,1\n2020,100,200,10\n")
            .err()
            .unwrap();
        assert!(
            twice.contains("line 1: columns `issued` and `Exposure`"),
            "{twice}"
        );
    }

    #[test]
    fn vintages_out_of_order_are_refused() {
        let report = parsed("vintage,1,2\n2021,1,\n2020,1,2\n").err().unwrap();
        assert!(
            report.contains("line 3: vintage `2020` is not after `2021`"),
            "{report}"
        );
    }
}
