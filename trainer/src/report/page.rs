//! The page: headings, words and figures put together.

use super::figure::Figure;
use super::svg::{self, escape};
use super::theme;
use crate::error::Result;
use std::fmt::Write;

/// A page that grows downwards.
pub(super) struct Page {
    title: String,
    body: String,
    contents: Vec<(String, String)>,
    pub(super) figures: Vec<Figure>,
}

impl Page {
    pub(super) fn new(title: &str) -> Self {
        Self { title: title.into(), body: String::new(), contents: Vec::new(), figures: Vec::new() }
    }

    pub(super) fn section(&mut self, id: &str, heading: &str) {
        self.contents.push((id.into(), heading.into()));
        let _ = writeln!(self.body, "<h2 id=\"{id}\">{}</h2>", escape(heading));
    }

    /// A paragraph.
    pub(super) fn words(&mut self, text: &str) {
        let _ = writeln!(self.body, "<p>{}</p>", escape(text));
    }

    /// A paragraph on what a picture must not be taken for.
    pub(super) fn caution(&mut self, text: &str) {
        let _ = writeln!(self.body, "<p class=\"caution\"><strong>Take care.</strong> {}</p>", escape(text));
    }

    /// Large figures in a row, with what they are.
    pub(super) fn facts(&mut self, facts: &[(String, &str)]) {
        self.body.push_str("<dl class=\"facts\">\n");
        for (value, name) in facts {
            let _ = writeln!(self.body, "<div><dt>{}</dt><dd>{}</dd></div>", escape(name), escape(value));
        }
        self.body.push_str("</dl>\n");
    }

    /// A table; columns behind the first are numbers.
    pub(super) fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        self.body.push_str("<div class=\"wide\"><table>\n<thead><tr>");
        head.iter().for_each(|h| self.body += &format!("<th scope=\"col\">{}</th>", escape(h)));
        self.body.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.body.push_str("<tr>");
            row.iter().for_each(|c| self.body += &format!("<td>{}</td>", escape(c)));
            self.body.push_str("</tr>\n");
        }
        self.body.push_str("</tbody></table></div>\n");
    }

    /// Pictures beside each other where there is room, each with its caption.
    pub(super) fn pictures(&mut self, pictures: Vec<(Figure, String)>) -> Result<()> {
        let class = if pictures.len() > 1 { "row" } else { "single" };
        let _ = writeln!(self.body, "<div class=\"{class}\">");
        for (figure, caption) in pictures {
            let _ = writeln!(
                self.body,
                "<figure><div class=\"wide\" tabindex=\"0\">{}</div><figcaption>{}</figcaption></figure>",
                svg::inline(&figure)?,
                escape(&caption)
            );
            self.figures.push(figure);
        }
        self.body.push_str("</div>\n");
        Ok(())
    }

    /// The whole document.
    pub(super) fn finish(&self, subtitle: &str) -> String {
        let title = escape(&self.title);
        let contents: String =
            self.contents.iter().map(|(id, text)| format!("<li><a href=\"#{id}\">{}</a></li>", escape(text))).collect();
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <link rel=\"icon\" href=\"data:,\">\n<style>\n{}{}</style>\n</head>\n<body>\n<header><h1>{title}</h1>\n\
             <p class=\"lead\">{}</p>\n<nav aria-label=\"Contents\"><ol>{contents}</ol></nav></header>\n<main>\n{}</main>\n</body>\n</html>\n",
            theme::css_variables(),
            include_str!("page.css"),
            escape(subtitle),
            self.body
        )
    }
}
