//! The cells of rows on their way: rows of one record share one store, so that a
//! cell costs no memory of its own.

use crate::ingest::json;

/// One cell; what it says in text is kept by [`Cells`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell {
    Null,
    Text(Span),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// From here to there in the list of texts.
    Texts(usize, usize),
}

/// From here to there in the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span(usize, usize);

/// Where the cells of one row are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    first: usize,
    count: usize,
}

/// The cells of the rows of one record.
#[derive(Debug, Default)]
pub(super) struct Cells {
    text: String,
    texts: Vec<Span>,
    cells: Vec<Cell>,
    /// Text that stays, at the beginning: the name of the dataset.
    kept: usize,
}

impl Cells {
    /// None; every row will begin with the name of the dataset.
    pub(super) fn new(dataset: &str) -> Self {
        Self {
            text: dataset.to_owned(),
            kept: dataset.len(),
            ..Self::default()
        }
    }

    /// Forgets all rows.
    pub(super) fn clear(&mut self) {
        self.text.truncate(self.kept);
        self.texts.clear();
        self.cells.clear();
    }

    /// The name of the dataset.
    pub(super) fn dataset(&self) -> &str {
        self.get(Span(0, self.kept))
    }

    /// A new row, NULL but for the name of the dataset.
    pub(super) fn row(&mut self, count: usize) -> Place {
        let first = self.cells.len();
        self.cells.push(Cell::Text(Span(0, self.kept)));
        self.cells.resize(first + count, Cell::Null);
        Place { first, count }
    }

    /// The cells of a row.
    #[inline]
    pub(super) fn cells(&self, row: Place) -> &[Cell] {
        self.cells
            .get(row.first..row.first + row.count)
            .unwrap_or_default()
    }

    /// One cell of a row.
    #[inline]
    pub(super) fn cell(&self, row: Place, at: usize) -> Cell {
        self.cells(row).get(at).copied().unwrap_or(Cell::Null)
    }

    /// Sets one cell of a row.
    #[inline]
    pub(super) fn set(&mut self, row: Place, at: usize, cell: Cell) {
        let cells = self.cells.get_mut(row.first..row.first + row.count);
        if let Some(slot) = cells.and_then(|cells| cells.get_mut(at)) {
            *slot = cell;
        }
    }

    /// Keeps text.
    pub(super) fn text(&mut self, text: &str) -> Cell {
        self.written(|out| out.push_str(text))
    }

    /// Keeps what `write` appends.
    pub(super) fn written(&mut self, write: impl FnOnce(&mut String)) -> Cell {
        let from = self.text.len();
        write(&mut self.text);
        Cell::Text(Span(from, self.text.len()))
    }

    /// Keeps a list of texts.
    pub(super) fn list<'t>(
        &mut self,
        list: impl Iterator<Item = std::borrow::Cow<'t, str>>,
    ) -> Cell {
        let first = self.texts.len();
        for text in list {
            let from = self.text.len();
            self.text.push_str(&text);
            self.texts.push(Span(from, self.text.len()));
        }
        Cell::Texts(first, self.texts.len())
    }

    /// The text of a cell.
    #[inline]
    pub(super) fn get(&self, span: Span) -> &str {
        self.text.get(span.0..span.1).unwrap_or_default()
    }

    /// The texts of a list.
    pub(super) fn texts(&self, from: usize, to: usize) -> impl Iterator<Item = &str> {
        let texts = self.texts.get(from..to).unwrap_or_default();
        texts.iter().map(|span| self.get(*span))
    }

    /// The text of a cell of a row; `None` when it holds none.
    #[inline]
    pub(super) fn text_at(&self, row: Place, at: usize) -> Option<&str> {
        match self.cell(row, at) {
            Cell::Text(span) => Some(self.get(span)),
            _ => None,
        }
    }

    /// Bytes of text in a cell.
    #[inline]
    pub(super) fn bytes(&self, cell: Cell) -> usize {
        match cell {
            Cell::Text(span) => span.1 - span.0,
            Cell::Texts(from, to) => self.texts(from, to).map(str::len).sum(),
            _ => 8,
        }
    }

    /// The cell in an error.
    pub(super) fn show(&self, cell: Cell) -> String {
        match cell {
            Cell::Null => "NULL".to_owned(),
            Cell::Text(span) => format!("'{}'", self.get(span)),
            Cell::Int(v) => v.to_string(),
            Cell::Float(v) => v.to_string(),
            Cell::Bool(v) => v.to_string(),
            Cell::Texts(from, to) => {
                let list: Vec<serde_json::Value> = self.texts(from, to).map(Into::into).collect();
                json::canonical(&list.into())
            }
        }
    }

    /// Appends cells, each tagged and its text preceded by its length, so that
    /// no two lists of cells give the same bytes.
    pub(super) fn encode(&self, cells: impl Iterator<Item = Cell>, out: &mut Vec<u8>) {
        let text = |out: &mut Vec<u8>, text: &str| {
            out.extend_from_slice(&(text.len() as u64).to_be_bytes());
            out.extend_from_slice(text.as_bytes());
        };
        for cell in cells {
            match cell {
                Cell::Null => out.push(0),
                Cell::Text(span) => {
                    out.push(1);
                    text(out, self.get(span));
                }
                Cell::Int(v) => {
                    out.push(2);
                    out.extend_from_slice(&v.to_be_bytes());
                }
                Cell::Float(v) => {
                    out.push(3);
                    out.extend_from_slice(&v.to_bits().to_be_bytes());
                }
                Cell::Bool(v) => out.extend_from_slice(&[4, u8::from(v)]),
                Cell::Texts(from, to) => {
                    out.push(5);
                    out.extend_from_slice(&((to - from) as u64).to_be_bytes());
                    self.texts(from, to).for_each(|t| text(out, t));
                }
            }
        }
    }
}
