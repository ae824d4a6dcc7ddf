//! What can go wrong, by who can do something about it, and the exit code a script sees.
//!
//! Messages are lowercase fragments that complete "fidelio could not go on: …". They name what was found, where, and
//! what to do next; they never carry a customer's data.

/// Who can do something about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// The arguments, the scenario or the place for the results: the user can change them. Exit code 2.
    Input,
    /// A data file that cannot be read or is not what its manifest says. Exit code 3.
    Data,
    /// A control check of a run failed, or a rerun is not identical: do not use the numbers. Exit code 4.
    Identity,
    /// A defect of Fidelio. Exit code 5.
    Internal,
    /// Stopped by Ctrl-C; nothing was written. Exit code 130, as shells report it.
    Cancelled,
    /// The reader of our output went away (`fidelio schema | head`): a success. Exit code 0.
    BrokenPipe,
}

impl Category {
    /// The process exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Category::BrokenPipe => 0,
            Category::Input => 2,
            Category::Data => 3,
            Category::Identity => 4,
            Category::Internal => 5,
            Category::Cancelled => 130,
        }
    }
}

/// Why a command ended without doing what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub category: Category,
    /// A lowercase fragment.
    pub message: String,
    /// Diagnostics laid out for people, printed as they are before the message.
    pub report: Option<String>,
}

impl Failure {
    pub fn new(category: Category, message: impl Into<String>) -> Failure {
        Failure {
            category,
            message: message.into(),
            report: None,
        }
    }

    /// The user can fix it.
    pub fn input(message: impl Into<String>) -> Failure {
        Failure::new(Category::Input, message)
    }

    /// A data file is unreadable or was altered.
    pub fn data(message: impl Into<String>) -> Failure {
        Failure::new(Category::Data, message)
    }

    /// A control check failed.
    pub fn identity(message: impl Into<String>) -> Failure {
        Failure::new(Category::Identity, message)
    }

    /// A defect of Fidelio.
    pub fn internal(message: impl Into<String>) -> Failure {
        Failure::new(Category::Internal, message)
    }

    /// Stopped by Ctrl-C.
    pub fn cancelled() -> Failure {
        Failure::new(Category::Cancelled, "cancelled: nothing was written")
    }

    /// Adds diagnostics to print before the message.
    pub fn with_report(mut self, report: impl Into<String>) -> Failure {
        self.report = Some(report.into());
        self
    }

    /// A failed write to standard output: a reader that left is a success.
    pub fn from_stdout(error: &std::io::Error) -> Failure {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            Failure::new(Category::BrokenPipe, "the reader of the output left")
        } else {
            Failure::input(format!("cannot write to standard output: {error}"))
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    #[test]
    fn every_category_has_its_own_documented_exit_code() {
        let codes = [
            (Category::BrokenPipe, 0),
            (Category::Input, 2),
            (Category::Data, 3),
            (Category::Identity, 4),
            (Category::Internal, 5),
            (Category::Cancelled, 130),
        ];
        for (category, code) in codes {
            assert_eq!(category.exit_code(), code, "{category:?}");
        }
    }

    #[test]
    fn a_reader_that_leaves_is_a_success_and_a_full_disk_is_not() {
        let left = Failure::from_stdout(&Error::from(ErrorKind::BrokenPipe));
        assert_eq!(left.category.exit_code(), 0);
        let full = Failure::from_stdout(&Error::from(ErrorKind::StorageFull));
        assert_eq!(full.category.exit_code(), 2);
    }

    #[test]
    fn failures_cross_threads() {
        fn crosses<T: Send + Sync + std::error::Error>() {}
        crosses::<Failure>();
    }
}
