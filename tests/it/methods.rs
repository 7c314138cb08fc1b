//! Rating methods beside each other on released comparisons: they measure the
//! same thing, so their orders agree where the data speak.

use crate::real::{ingested, number, rows};

/// Kendall's tau between every two methods, by item, over `pairs` of systems.
fn taus(pairs: &str, more: &str) -> String {
    format!(
        "WITH pairs AS ({pairs}), scored AS (
           SELECT 'win_rate' AS method, item, system, win_rate AS score FROM win_rate(pairs, by => item)
           UNION ALL SELECT 'bradley_terry', item, system, rating
             FROM bradley_terry(pairs, by => item, prior => 400, ci => 'none')
           UNION ALL SELECT 'thurstone', item, system, rating
             FROM thurstone(pairs, by => item, prior => 400, ci => 'none')
           UNION ALL SELECT 'pagerank', item, system, score FROM pagerank(pairs, by => item, ci => 'none')
           UNION ALL SELECT 'rank_centrality', item, system, score
             FROM rank_centrality(pairs, by => item, alpha => 1, ci => 'none')
           UNION ALL {more}
         ), items AS (
           SELECT p.method AS p, q.method AS q, kendall_tau(p.score, q.score) AS tau
           FROM scored AS p
           JOIN scored AS q ON p.item = q.item AND p.system = q.system AND p.method < q.method
           GROUP BY p.method, q.method, p.item
         )
         SELECT p, q, count(*), avg(tau), min(tau) FROM items GROUP BY p, q ORDER BY p, q"
    )
}

#[test]
fn six_methods_agree_on_the_arguments_of_every_ukp_topic() {
    let Some(place) = ingested("ukpconvarg", "ukpconvarg") else {
        return;
    };
    let pairs = "SELECT item, comparison, response_a AS system_a, response_b AS system_b, outcome FROM comparisons";
    let elo =
        "SELECT 'elo', item, system, rating FROM elo(pairs, by => item, order_by => comparison)";
    let found = rows(&place, &taus(pairs, elo));
    assert_eq!(found.len(), 15);
    for row in found {
        let (topics, mean, lowest) = (number(&row[2]), number(&row[3]), number(&row[4]));
        assert!(topics == 32.0 && mean > 0.88 && lowest > 0.8, "{row:?}");
    }
    // The release's own ranks, lower = better, were made from the same votes by PageRank;
    // its readme has -.92 for win rates and -.90 for PageRank.
    let ranks = rows(
        &place,
        &format!(
            "WITH pairs AS ({pairs}),
             scored AS (
               SELECT w.item, w.system, w.win_rate, p.score FROM win_rate(pairs, by => item) AS w
               JOIN pagerank(pairs, by => item, ci => 'none') AS p ON p.item = w.item AND p.system = w.system
             ), items AS (
               SELECT spearman(m.win_rate, s.value) AS win_rate, spearman(m.score, s.value) AS pagerank
               FROM scored AS m JOIN scores AS s ON s.item = m.item AND s.response = m.system GROUP BY m.item
             )
             SELECT round(avg(win_rate), 2), round(avg(pagerank), 2) FROM items"
        ),
    );
    assert_eq!(ranks, [["-0.92", "-0.9"]]);
}

/// The shipped query on the arguments of one topic.
#[test]
fn all_methods_of_the_shipped_query_agree_on_a_ukp_topic() {
    let Some(place) = ingested("ukpconvarg", "ukpconvarg") else {
        return;
    };
    let items = rows(
        &place,
        "SELECT item FROM comparisons GROUP BY item ORDER BY item",
    );
    let run = place.run(&[
        "run",
        "leaderboard/all_methods",
        "--param",
        "unit=response",
        "--param",
        "aspect=convincingness",
        "--param",
        "l2=0.1",
        "--param",
        &format!("item={}", items[0][0]),
        "--format",
        "tsv",
        "-q",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    let taus: Vec<f64> = run
        .out
        .lines()
        .filter(|line| line.starts_with("tau\t"))
        .flat_map(|line| {
            line.split("\t")
                .skip(2)
                .filter(|c| !c.is_empty())
                .map(number)
        })
        .collect();
    // Strict verdicts of one topic: no chain of wins goes all around, so two methods have no scores.
    assert_eq!(taus.len(), 49);
    assert!(taus.iter().all(|tau| *tau > 0.85), "{taus:?}");
}

/// One annotator ranks the images of a prompt: every method finds that order again, ties and all.
#[test]
fn six_methods_agree_on_the_images_of_every_imagereward_prompt() {
    let Some(place) = ingested("imagereward", "imagereward") else {
        return;
    };
    let pairs = "SELECT p.item, p.response AS system_a, q.response AS system_b,
                   CASE WHEN p.rank < q.rank THEN 'a' WHEN p.rank > q.rank THEN 'b' ELSE 'tie' END AS outcome
                 FROM rankings AS p JOIN rankings AS q ON p.ranking = q.ranking AND p.response < q.response";
    let luce = "SELECT 'plackett_luce', item, alternative, rating
                FROM plackett_luce(rankings, ballot => ranking, alternative => response, by => item, prior => 400,
                  ties => 'breslow')";
    let found = rows(&place, &taus(pairs, luce));
    assert_eq!(found.len(), 15);
    for row in found {
        let (items, mean) = (number(&row[2]), number(&row[3]));
        assert!(items == 466.0 && mean > 0.95, "{row:?}");
    }
}
