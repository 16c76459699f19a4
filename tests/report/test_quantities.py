"""What the message that asks for a release says about texts that nothing else checks: enough, and little more."""

from audit.report import quantities

LABELS = ("Outstanding", "Good", "Requires improvement", "Inadequate", "East", "North", "West", "Central")
DANGEROUS = """\
In two of the fifteen cases nobody spoke to the child.
Only one child was seen alone.
All but one of the plans were late.
A third of the families waited for more than a month.
Four cases in East had no lead professional.
The child's voice was missing in every case.
Most children had no health assessment.
12 of 15 plans were out of date.
12/15 reviews were late.
In 80% of cases the GP wasn't invited.
Half of the judgements were below what agencies had thought.
Everybody was asked but nobody recorded the answer.
Neither child had a social worker.
One was not seen at all.
In one, the father was never named.
In three, the plan was never shared.
Two families had moved twice.
Inadequate plans were found more than once.
The Inadequate case shows what happens without a plan.
No child was seen within five days.
None of them had a chronology.
A handful of young people left without support.
The majority of returns said so.
Three quarters of the young people had no plan.
Seven out of ten had no chronology.
The police were missing from six strategy discussions.
Both siblings had been known for years.
One case was graded lower than all the others.
Fewer than five had a plan.
Few parents were told.
In all cases the plan came late.
In each case a missed appointment came first.
Learn from the one case in North.
The number of late plans fell from 14 to 13.
Every young person was known to CAMHS.
Children were asked in just over two thirds of cases.
A couple of carers said that they hadn't been told.
In all but two, information came too late.
The remaining case was about neglect, the other fourteen about exploitation.
One plan was late.
As in two earlier cases, a sibling wasn't seen.
The audit looked at fifteen cases, five from each area.
Two assessments were never finished.
Nine of the children had moved in the year before.
Only the case in West had a chronology.
Hardly any child was seen alone; in thirteen cases nobody tried.
All children had been seen within ten days except for two.
Each young person was asked, and one refused.
It took more than thirty days in 6 cases.
One family refused an interpreter.
One lacked any plan.
Of the ten agencies, four answered for fewer than five cases.
More than half had no health assessment.
Everyone was told late.
No young person had a transition plan at seventeen.
The grade was Requires improvement in nearly every area.
Eight had turned 18 before a plan was made.
A single case had all that the standard asks for.
At eighteen, four had no home.
Two young people aged 16 were placed out of area.
There were two siblings in the sample.
In every case a professional left and wasn't replaced.
Both cases from the hospital were late.
Just one of these plans named a father.
Three mothers hadn't been asked.
""".splitlines()
"""Each tells in how many cases something is so, or where, or how it was judged."""
ORDINARY = """\
Every agency names one transition lead for a young person by the seventeenth birthday.
Carers under a special guardianship order get, in writing and a year ahead, what is paid after eighteen.
One shared chronology is kept for every young person who is known to three agencies or more.
When a place at school or college ends, somebody whom the young person trusts keeps in touch.
Write one page on payments after eighteen, and send it to every carer concerned.
Try the shared chronology in one team in each area.
For each of this year's leavers, say who keeps in touch.
Strategy discussions are held within two working days of a referral.
Each child's voice is recorded in every assessment.
Every child has a named lead professional.
Bring a seven-minute briefing to every team meeting before the end of the third quarter.
Young people who turned 18 between April 2025 and March 2026.
Children under five who were on a child protection plan for neglect.
Section 47 enquiries and the decision not to convene a conference.
Transitions from statutory services at eighteen.
Missed health appointments of children aged 5 to 11.
Agree one threshold document, and review it once a year.
Managers sign off each case within ten days.
The partnership reviews progress every six months.
Send the two-page guide to all schools by 31 March 2027.
Multi-agency audit 4: harmful sexual behaviour.
The sub-group chose this theme after the national review of 2024.
Professional curiosity about men in the household.
Good information sharing between midwives and health visitors.
Ask every parent who else cares for the child.
Children are seen alone at least every four weeks.
Train two champions in each agency by September 2027.
The board asks all partners for one line on progress each quarter.
A single point of contact is agreed for every family.
Record both parents' views in the plan.
Information sharing with the 0-19 service.
A third party's information is marked as such in the record.
Minority ethnic families are offered an interpreter at the first contact.
No child waits longer than 15 working days for an initial conference.
Escalate at once if a plan has no date.
The front door answers 24 hours a day, 7 days a week.
Neglect, as in the 2023/24 strategy, with the Graded Care Profile 2.
Everyone knows whom to ring, and either agency can call a meeting.
Half a day of joint training is offered twice a year.
Agree within ten working days who leads, and tell the family.
Home education and the first year after a child leaves school.
All midwives ask about domestic abuse at booking and again at 28 weeks.
Add a question on siblings to the multi-agency referral form.
Review the neglect toolkit with two schools and one GP practice.
A joint visit happens on the same day if a child has an injury.
Nobody closes a case without telling the others.
Reflective supervision at least once every six weeks.
No single agency can see the whole picture.
Every school has a named person for looked after children.
Fathers are asked, seen and recorded in every pre-birth assessment.
Ofsted's joint targeted area inspection in November 2024.
Children in need plans are reviewed at three months and at six.
Police share form 78 within 24 hours.
Put learning from this audit into Level 3 training.
""".splitlines()
"""As recommendations, actions, themes and origins are written."""
MENTIONED = """\
All agencies use the same form, so that nobody has to ask twice.
Some children need more than one visit before they speak.
Each agency checks twenty of its records a year against this standard.
Children aged between ten and seventeen who went missing twice or more in ninety days.
The exploitation screening tool is used for every child over ten who goes missing.
The designated doctor and one of the named nurses write the guidance.
Set up a panel of four people, with one vote for each partner.
""".splitlines()
"""As ordinary as those, but mentioned: it isn't known of what these numbers are."""


def test_whatever_a_reader_could_subtract_with_is_mentioned() -> None:
    assert not [text for text in DANGEROUS if not quantities.counting_in(text, LABELS)]
    assert not [text for text in DANGEROUS if not quantities.first_in(text, LABELS)]


def test_numbers_of_days_ages_and_agencies_are_not_mentioned() -> None:
    assert not [text for text in ORDINARY if quantities.counting_in(text, LABELS)]
    assert all(quantities.counting_in(text, LABELS) for text in MENTIONED)


def test_of_several_numbers_the_first_that_counts_cases_is_mentioned() -> None:
    text = "Within ten days, one lead visits; in six cases nobody did. Two were late."
    assert quantities.counting_in(text, LABELS) == "six"
