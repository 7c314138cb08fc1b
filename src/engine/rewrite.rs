//! The pass between parser and planner that gives SQL its extra forms.
//!
//! * `f(TABLE t, …)`, `f(t, …)` and `|> CALL f(…)` become `f((subquery), …)`,
//!   which the relation planner understands;
//! * `FROM t` without `SELECT` gets its `*`;
//! * named arguments in any order, defaults and `ORDER BY` inside a call become
//!   one full positional call;
//! * clauses that the planner would silently ignore are refused.

use datafusion::sql::sqlparser::ast::{
    Expr, Function as Call, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArgumentList, FunctionArguments, GroupByExpr, Ident, ObjectName, OrderByExpr,
    PipeOperator, Query, Select, SelectFlavor, SelectItem, SetExpr, Spanned, TableFactor,
    TableFactor as Factor, TableWithJoins, Value, VisitMut, VisitorMut,
    helpers::attached_token::AttachedToken,
};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Word};
use std::ops::ControlFlow;

use super::error::{Error, Kind, span_of};
use crate::functions::definition::Kind::{Columns, Numbers};
use crate::functions::{self, Function, options::nearest, order_required};

/// How much a chain of operators may cost: each level of it is a level of recursion.
const CHAIN: usize = 10_000;

/// Refuses statements whose chains of operators would be trees too deep to walk:
/// operators count 1, set operations 5, pipes 50, within the parentheses that are open.
pub(super) fn check_size(tokens: &[TokenWithSpan]) -> Result<(), Error> {
    let mut levels = vec![0usize];
    let mut sum = 0;
    for token in tokens {
        let cost = match &token.token {
            Token::LParen => {
                levels.push(0);
                continue;
            }
            Token::RParen | Token::Comma => {
                sum -= match levels.len() {
                    n if n > 1 && token.token == Token::RParen => levels.pop().unwrap_or(0),
                    _ => levels.last_mut().map_or(0, std::mem::take),
                };
                continue;
            }
            Token::VerticalBarRightAngleBracket => 50,
            Token::Word(word) => match word.keyword {
                Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT => 5,
                Keyword::AND | Keyword::OR | Keyword::NOT | Keyword::JOIN => 1,
                _ => 0,
            },
            Token::Whitespace(_) | Token::Number(..) | Token::SingleQuotedString(_) => 0,
            _ => 1,
        };
        sum += cost;
        if let Some(level) = levels.last_mut() {
            *level += cost;
        }
        if sum > CHAIN {
            let e = Error::new(Kind::Sql, "the statement chains too many operators");
            return Err(e
                .hint("put the values into a table (--table NAME=FILE) and join it, or use IN (…)")
                .at(Some(super::error::Span {
                    line: token.span.start.line,
                    column: token.span.start.column,
                    end_column: token.span.start.column + 1,
                })));
        }
    }
    Ok(())
}

/// Turns `TABLE x` in an argument position into `(SELECT * FROM x)`.
pub(super) fn tokens(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut i = 0;
    while let Some(token) = tokens.get(i) {
        let opens = out
            .iter()
            .rev()
            .find(|t| !matches!(t.token, Token::Whitespace(_)))
            .is_some_and(|t| matches!(t.token, Token::LParen));
        let is_table = matches!(&token.token, Token::Word(w) if w.keyword == Keyword::TABLE && w.quote_style.is_none());
        if !(opens && is_table) {
            out.push(token.clone());
            i += 1;
            continue;
        }
        let span = token.span;
        let put = |out: &mut Vec<TokenWithSpan>, t: Token| out.push(TokenWithSpan::new(t, span));
        put(&mut out, Token::LParen);
        for (text, keyword) in [
            ("SELECT", Keyword::SELECT),
            ("*", Keyword::NoKeyword),
            ("FROM", Keyword::FROM),
        ] {
            match text {
                "*" => put(&mut out, Token::Mul),
                _ => put(
                    &mut out,
                    Token::Word(Word {
                        value: text.into(),
                        quote_style: None,
                        keyword,
                    }),
                ),
            }
            put(
                &mut out,
                Token::Whitespace(datafusion::sql::sqlparser::tokenizer::Whitespace::Space),
            );
        }
        i += 1;
        // The name: words and periods.
        while let Some(t) = tokens.get(i) {
            match &t.token {
                Token::Word(_) | Token::Period | Token::Whitespace(_) => out.push(t.clone()),
                _ => break,
            }
            i += 1;
        }
        put(&mut out, Token::RParen);
    }
    out
}

/// Rewrites a statement in place.
pub(super) fn rewrite<T: VisitMut>(statement: &mut T) -> Result<(), Error> {
    match statement.visit(&mut Rewriter) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(e) => Err(*e),
    }
}

struct Rewriter;

impl VisitorMut for Rewriter {
    type Break = Box<Error>;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Self::Break> {
        while let Some(at) = query
            .pipe_operators
            .iter()
            .position(|p| matches!(p, PipeOperator::Call { .. }))
        {
            let tail = query.pipe_operators.split_off(at);
            let mut tail = tail.into_iter();
            let Some(PipeOperator::Call { function, alias }) = tail.next() else {
                break;
            };
            let rest: Vec<PipeOperator> = tail.collect();
            let FunctionArguments::List(list) = function.args else {
                return refuse(
                    Error::new(Kind::Sql, "CALL needs arguments in parentheses")
                        .hint("|> CALL f()"),
                );
            };
            let prefix = std::mem::replace(
                query,
                select_all_from(TableFactor::Table {
                    name: ObjectName(Vec::new()),
                    alias: None,
                    args: None,
                    with_hints: Vec::new(),
                    version: None,
                    with_ordinality: false,
                    partitions: Vec::new(),
                    json_path: None,
                    sample: None,
                    index_hints: Vec::new(),
                }),
            );
            let mut args = vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Subquery(
                Box::new(prefix),
            )))];
            args.extend(list.args);
            *query = select_all_from(Factor::Function {
                lateral: false,
                name: function.name,
                args,
                with_ordinality: false,
                alias: alias.map(|name| datafusion::sql::sqlparser::ast::TableAlias {
                    explicit: true,
                    name,
                    columns: Vec::new(),
                    at: None,
                }),
            });
            query.pipe_operators = rest;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Self::Break> {
        if select.flavor == SelectFlavor::FromFirstNoSelect {
            select.flavor = SelectFlavor::Standard;
            select.projection = vec![SelectItem::Wildcard(Default::default())];
        } else if select.flavor == SelectFlavor::FromFirst {
            select.flavor = SelectFlavor::Standard;
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Self::Break> {
        let (name, args, alias) = match factor {
            Factor::Table {
                name,
                version,
                sample,
                with_hints,
                ..
            } if version.is_some() || sample.is_some() || !with_hints.is_empty() => {
                let span = span_of(name.span());
                return refuse(
                    Error::new(Kind::Sql, format!("a time travel, sampling or hint clause after {name} is not supported"))
                        .hint(format!("name the snapshot as the schema: \"v1.0\".{name}, or pin all tables with --at v1.0"))
                        .at(span),
                );
            }
            Factor::Table {
                name,
                args: Some(args),
                alias,
                ..
            } => (name.clone(), std::mem::take(&mut args.args), alias.take()),
            Factor::Function {
                name, args, alias, ..
            } => (name.clone(), std::mem::take(args), alias.take()),
            _ => return ControlFlow::Continue(()),
        };
        let text = name.to_string().to_lowercase();
        if functions::find(&text).is_none() {
            // DataFusion's own table functions keep their form.
            match factor {
                Factor::Table {
                    args: Some(slot),
                    alias: a,
                    ..
                } => {
                    slot.args = args;
                    *a = alias;
                }
                Factor::Function {
                    args: slot,
                    alias: a,
                    ..
                } => {
                    *slot = args;
                    *a = alias;
                }
                _ => {}
            }
            if ["generate_series", "range", "unnest"].contains(&text.as_str()) {
                return ControlFlow::Continue(());
            }
            let mut e = Error::new(Kind::Sql, format!("there is no relation function {name}"))
                .at(span_of(name.span()));
            if let Some(near) = nearest(&text, functions::all().map(|f| f.name)) {
                e = e.hint(format!("did you mean {near}?"));
            }
            return refuse(e.hint("SHOW FUNCTIONS lists them all"));
        }
        let mut args = args.into_iter();
        let input = match args.next() {
            Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(e))) => as_subquery(e, &text),
            _ => Err(needs_input(&text)),
        };
        let input = match input {
            Ok(q) => q,
            Err(e) => return refuse(e.at(span_of(name.span()))),
        };
        let mut all = vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Subquery(
            input,
        )))];
        all.extend(args);
        *factor = Factor::Function {
            lateral: false,
            name,
            args: all,
            with_ordinality: false,
            alias,
        };
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Self::Break> {
        if let Expr::Function(call) = expr
            && let Some(function) = functions::find(&call.name.to_string().to_lowercase())
            && let Err(e) = positional(call, function)
        {
            return refuse(e.at(span_of(call.name.span())));
        }
        ControlFlow::Continue(())
    }
}

fn refuse(e: Error) -> ControlFlow<Box<Error>> {
    ControlFlow::Break(Box::new(e))
}

fn needs_input(name: &str) -> Error {
    Error::new(
        Kind::Sql,
        format!(
            "{name}: the first argument of the relation form is a table, a CTE or a (subquery)"
        ),
    )
    .hint(format!(
        "SELECT * FROM {name}(battles), or {name}((SELECT … FROM …))"
    ))
}

fn as_subquery(e: Expr, function: &str) -> Result<Box<Query>, Error> {
    match e {
        Expr::Subquery(q) => Ok(q),
        Expr::Nested(inner) => as_subquery(*inner, function),
        Expr::Identifier(ident) => Ok(Box::new(select_all_from(table(vec![ident])))),
        Expr::CompoundIdentifier(parts) => Ok(Box::new(select_all_from(table(parts)))),
        _ => Err(needs_input(function)),
    }
}

fn table(parts: Vec<Ident>) -> TableFactor {
    Factor::Table {
        name: ObjectName::from(parts),
        alias: None,
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}

fn select_all_from(relation: TableFactor) -> Query {
    let select = Select {
        select_token: AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection: vec![SelectItem::Wildcard(Default::default())],
        exclude: None,
        into: None,
        from: vec![TableWithJoins {
            relation,
            joins: Vec::new(),
        }],
        lateral_views: Vec::new(),
        prewhere: None,
        selection: None,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    };
    Query {
        with: None,
        body: Box::new(SetExpr::Select(Box::new(select))),
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}

/// An argument given by name: its name and expression.
pub(super) fn named(arg: &FunctionArg) -> Option<(&Ident, &Expr)> {
    match arg {
        FunctionArg::Named {
            name,
            arg: FunctionArgExpr::Expr(e),
            ..
        } => Some((name, e)),
        FunctionArg::ExprNamed {
            name: Expr::Identifier(name),
            arg: FunctionArgExpr::Expr(e),
            ..
        } => Some((name, e)),
        _ => None,
    }
}

/// The error for a named argument that a function does not have.
pub(super) fn unknown_argument(f: &Function, name: &Ident, also: &[&str]) -> Error {
    let all: Vec<&str> = f
        .params
        .iter()
        .map(|p| p.name)
        .chain(f.options.iter().map(|o| o.name))
        .chain(also.iter().copied())
        .collect();
    let mut e = Error::new(
        Kind::Sql,
        format!("{} has no argument `{}`", f.name, name.value),
    )
    .at(span_of(name.span));
    if let Some(near) = nearest(&name.value, all.iter().copied()) {
        e = e.hint(format!("did you mean `{near}`?"));
    }
    e.hint(format!("its arguments are {}", all.join(", ")))
}

/// Gives the call its full positional form.
fn positional(call: &mut Call, f: &'static Function) -> Result<(), Error> {
    if !call.within_group.is_empty() {
        return Err(wrong(f, "WITHIN GROUP has no meaning here"));
    }
    let FunctionArguments::List(list) = &mut call.args else {
        return Err(wrong(f, "it needs arguments in parentheses").hint(f.signature()));
    };
    let mut slots: Vec<Expr> = vec![Expr::Value(Value::Null.into()); f.arity()];
    let mut keys = Vec::new();
    fill(f, std::mem::take(&mut list.args), &mut slots, &mut keys)?;
    order_by(f, std::mem::take(&mut list.clauses), &mut keys)?;
    let absent = |e: &Expr| matches!(e, Expr::Value(v) if v.value == Value::Null);
    let missing = f
        .params
        .iter()
        .zip(&slots)
        .find(|(p, e)| p.required && absent(e));
    if let Some((p, _)) = missing {
        return Err(wrong(f, format!("argument `{}` is missing", p.name)).hint(f.signature()));
    }
    if f.ordered {
        if keys.is_empty() {
            return Err(no_order(f));
        }
        let directions: String = keys
            .iter()
            .map(|(_, desc)| if *desc { 'd' } else { 'a' })
            .collect();
        let n = f.params.len();
        slots[n] = call_of("struct", keys.into_iter().map(|(e, _)| e).collect());
        slots[n + 1] = Expr::Value(Value::SingleQuotedString(directions).into());
    }
    list.args = slots
        .into_iter()
        .map(|e| FunctionArg::Unnamed(FunctionArgExpr::Expr(e)))
        .collect();
    Ok(())
}

fn wrong(f: &Function, what: impl std::fmt::Display) -> Error {
    Error::new(Kind::Sql, format!("{}: {what}", f.name))
}

/// The error of a sequential function without an order.
pub(super) fn no_order(f: &Function) -> Error {
    let fault = order_required(f);
    Error::new(Kind::Sql, fault.message).hint(fault.hint.unwrap_or_default())
}

/// Puts every argument into its slot; keys given by name ascend.
fn fill(
    f: &'static Function,
    args: Vec<FunctionArg>,
    slots: &mut [Expr],
    keys: &mut Vec<(Expr, bool)>,
) -> Result<(), Error> {
    let mut next = 0;
    for arg in args {
        if let FunctionArg::Unnamed(FunctionArgExpr::Expr(e)) = &arg {
            if next >= f.params.len() {
                return Err(wrong(f, "too many arguments")
                    .hint(format!("options are named: {}", f.signature())));
            }
            slots[next] = slot(f, next, e);
            next += 1;
            continue;
        }
        let Some((name, e)) = named(&arg) else {
            return Err(wrong(f, format!("`{arg}` is not an argument")).hint(f.signature()));
        };
        let wanted = name.value.to_lowercase();
        let column = f.params.iter().position(|p| p.name == wanted);
        if let Some(i) = column.or_else(|| f.option_position(&wanted)) {
            slots[i] = slot(f, i, e);
        } else if f.ordered && wanted == "order_by" {
            keys.extend(tuple(e).into_iter().map(|e| (e, false)));
        } else {
            return Err(unknown_argument(
                f,
                name,
                if f.ordered { &["order_by"] } else { &[] },
            ));
        }
    }
    Ok(())
}

/// The argument at place `i` of a full positional call: several columns become a
/// struct that keeps their names.
pub(super) fn slot(f: &Function, i: usize, e: &Expr) -> Expr {
    if f.params
        .get(i)
        .is_none_or(|p| !matches!(p.kind, Numbers | Columns))
    {
        return e.clone();
    }
    let name = |e: &Expr| match e {
        Expr::Identifier(ident) => ident.value.clone(),
        Expr::CompoundIdentifier(parts) => {
            parts.last().map_or_else(String::new, |p| p.value.clone())
        }
        other => other.to_string(),
    };
    let named = |e: Expr| {
        let name = Expr::Value(Value::SingleQuotedString(name(&e)).into());
        [name, e]
    };
    call_of(
        "named_struct",
        tuple(e).into_iter().flat_map(named).collect(),
    )
}

/// Reads the clauses inside the call: `ORDER BY` where the function takes one, nothing else.
fn order_by(
    f: &Function,
    clauses: Vec<FunctionArgumentClause>,
    keys: &mut Vec<(Expr, bool)>,
) -> Result<(), Error> {
    for clause in clauses {
        match clause {
            FunctionArgumentClause::OrderBy(by) if f.ordered => {
                for OrderByExpr { expr, options, .. } in by {
                    if options.nulls_first == Some(true) {
                        return Err(wrong(f, "NULLS FIRST is not supported inside a call"));
                    }
                    keys.push((expr, options.asc == Some(false)));
                }
            }
            FunctionArgumentClause::OrderBy(_) => {
                let e = format!("{} does not depend on the order of its rows", f.name);
                return Err(Error::new(Kind::Sql, e).hint("remove ORDER BY from the call"));
            }
            other => {
                return Err(wrong(
                    f,
                    format!("`{other}` is not supported inside the call"),
                ));
            }
        }
    }
    Ok(())
}

/// The members of `(a, b)` or `[a, b]`, or the expression alone.
pub(super) fn tuple(e: &Expr) -> Vec<Expr> {
    match e {
        Expr::Tuple(all) => all.clone(),
        Expr::Array(a) => a.elem.clone(),
        Expr::Nested(inner) => tuple(inner),
        other => vec![other.clone()],
    }
}

fn call_of(name: &str, all: Vec<Expr>) -> Expr {
    Expr::Function(Call {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: all
                .into_iter()
                .map(|e| FunctionArg::Unnamed(FunctionArgExpr::Expr(e)))
                .collect(),
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}
