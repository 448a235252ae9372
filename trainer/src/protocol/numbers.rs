//! Numbers in text files: one column, or a table with the names of its columns in the first line.

use crate::error::{Error, Result};
use std::path::Path;

fn number(path: &Path, line: u64, field: &str) -> Result<f32> {
    let bad = || Error::line(path, line, format!("{field:?}, expected a number"));
    field.trim().parse().ok().filter(|v: &f32| v.is_finite()).ok_or_else(bad)
}

/// The numbers of a text in which white space stands between any two: one a line, or several. A first line that is no
/// number is the column's name.
///
/// # Errors
/// [`Error::Line`] naming what is no finite number, [`Error::File`] for a text without numbers.
pub(super) fn column(path: &Path, text: &str) -> Result<Vec<f32>> {
    let mut values = Vec::new();
    for (i, line) in text.lines().enumerate() {
        for field in line.split_whitespace() {
            match number(path, i as u64 + 1, field) {
                Ok(value) => values.push(value),
                Err(_) if i == 0 => break,
                Err(error) => return Err(error),
            }
        }
    }
    if values.is_empty() {
        return Err(Error::file(path, "no numbers, expected one a line"));
    }
    Ok(values)
}

/// A table: names of its columns, and its fields by rows.
#[derive(Debug)]
pub(super) struct Table<'a> {
    path: &'a Path,
    /// Names of the columns.
    pub(super) names: Vec<String>,
    rows: Vec<(u64, csv::StringRecord)>,
}

impl<'a> Table<'a> {
    /// Reads a table with `delimiter` between its fields; `path` is for messages.
    ///
    /// # Errors
    /// [`Error::Line`] for a row of another width, [`Error::File`] for a table without rows.
    pub(super) fn read(path: &'a Path, text: &str, delimiter: u8) -> Result<Self> {
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
        let bad = |e: csv::Error| {
            let line = e.position().map_or(1, csv::Position::line);
            match e.into_kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                    Error::line(path, line, format!("{len} columns, expected {expected_len}"))
                }
                _ => Error::line(path, line, "no row of a table"),
            }
        };
        let names = reader.headers().map_err(bad)?.iter().map(|n| n.trim().to_owned()).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(bad)?;
            rows.push((record.position().map_or(0, csv::Position::line), record));
        }
        if rows.is_empty() {
            return Err(Error::file(path, "no rows, expected names of columns and rows below them"));
        }
        Ok(Self { path, names, rows })
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Index of a column.
    ///
    /// # Errors
    /// [`Error::Line`] naming those that there are.
    pub(super) fn column(&self, name: &str) -> Result<usize> {
        let missing =
            || Error::line(self.path, 1, format!("no column {name}, expected one of {}", self.names.join(", ")));
        self.names.iter().position(|n| n == name).ok_or_else(missing)
    }

    /// Numbers of some columns, `[row][column]`.
    ///
    /// # Errors
    /// [`Error::Line`] naming what is no finite number.
    pub(super) fn numbers(&self, columns: &[usize]) -> Result<Vec<f32>> {
        let fields = self.rows.iter().flat_map(|(line, row)| columns.iter().map(move |c| (*line, row.get(*c))));
        fields.map(|(line, field)| number(self.path, line, field.unwrap_or_default())).collect()
    }

    /// The fields of a column, each as `read` has it.
    ///
    /// # Errors
    /// [`Error::Line`] saying what was `expected` where `read` has nothing.
    pub(super) fn fields<T>(&self, column: usize, expected: &str, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>> {
        let field = |(line, row): &(u64, csv::StringRecord)| {
            let field = row.get(column).unwrap_or_default();
            read(field).ok_or_else(|| Error::line(self.path, *line, format!("{field:?}, expected {expected}")))
        };
        self.rows.iter().map(field).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_a_line_or_all_in_one() {
        let read = |text: &str| column(Path::new("x.txt"), text);
        assert_eq!(read("1\n-2.5\n\n3e1\n").unwrap(), [1.0, -2.5, 30.0]);
        assert_eq!(read("  1 2\t3 ").unwrap(), [1.0, 2.0, 3.0]);
        assert_eq!(read("the name\n7\n").unwrap(), [7.0]);
        assert_eq!(read("1\nNaN\n").unwrap_err().to_string(), "x.txt, line 2: \"NaN\", expected a number");
        assert_eq!(read("name\n").unwrap_err().to_string(), "x.txt: no numbers, expected one a line");
    }

    #[test]
    fn tables() {
        let read = |text: &str| Table::read(Path::new("x.csv"), text, b';').map(|t| (t.names.clone(), t.len()));
        assert_eq!(read("a;b c\n1;2\n3;4\n").unwrap(), (vec!["a".into(), "b c".into()], 2));
        assert_eq!(read("a;b\n1;2\n3\n").unwrap_err().to_string(), "x.csv, line 3: 1 columns, expected 2");
        assert!(read("a;b\n").unwrap_err().to_string().contains("no rows"));
        let table = Table::read(Path::new("x.csv"), "a;b\n1;x\n", b';').unwrap();
        assert_eq!(table.numbers(&[0]).unwrap(), [1.0]);
        assert_eq!(table.numbers(&[0, 1]).unwrap_err().to_string(), "x.csv, line 2: \"x\", expected a number");
        assert_eq!(table.column("c").unwrap_err().to_string(), "x.csv, line 1: no column c, expected one of a, b");
        let none = table.fields(1, "y", |_| None::<u8>).unwrap_err();
        assert_eq!(none.to_string(), "x.csv, line 2: \"x\", expected y");
    }
}
