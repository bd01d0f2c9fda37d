import pytest

from seed_data import bundled, flights, mortgage


@pytest.fixture(scope="module")
def applications():
    return mortgage.applications()


@pytest.fixture(scope="module")
def year():
    return flights.all_flights()


def test_the_study_is_whole_and_its_approval_rates_differ(applications):
    assert len(applications) == 1_989
    rates = applications.groupby("race")["approve"].mean().round(3).to_dict()
    assert rates == {"white": 0.908, "black": 0.675, "hispanic": 0.766}


def test_codes_for_missing_are_missing(applications):
    assert applications[["lines", "term"]].max().max() < 999_999
    assert applications["gdlin"].max() == 1


def test_no_coding_of_the_label_is_a_feature():
    assert all(not set(recipe.columns) & set(mortgage.LEAKS) for recipe in mortgage.RECIPES)


def test_no_protected_attribute_is_a_feature():
    protected = {"race", "black", "hispan", "white", "male", "sex", "married"}
    assert all(not set(recipe.columns) & protected for recipe in mortgage.RECIPES)


def test_halves_share_no_application(applications):
    training, held_out = mortgage.split(applications)
    assert not set(training["application"]) & set(held_out["application"])
    assert len(training) + len(held_out) == 1_989


def test_training_twice_gives_the_same_bytes(applications):
    training, _ = mortgage.split(applications)
    assert mortgage.train(4, training).artifact == mortgage.train(4, training).artifact


def test_cancelled_and_diverted_flights_never_get_a_label(year):
    assert len(year) == 336_776
    assert int(year["late"].isna().sum()) == 9_430


def test_lateness_leaves_expectation_while_the_inputs_hardly_move(year):
    fitted = flights.train(2, year)
    flown = year[year["late"].notna() & year["month"].isin([9, 12])]
    expected = fitted.probabilities(flown)[:, 1]
    ratio = {
        month: float(flown["late"][flown["month"] == month].mean() / expected[flown["month"] == month].mean())
        for month in (9, 12)
    }
    assert ratio[9] < 0.65
    assert ratio[12] > 1.35


def test_digits_are_read_better_with_every_pixel():
    training, held_out = bundled.split(bundled.digits())
    right = [
        (
            bundled.digit_predictions(bundled.train_digits(n, training), held_out)["digit"].to_numpy()
            == held_out["digit"].to_numpy()
        ).mean()
        for n in (1, 2)
    ]
    assert right[0] < right[1]
