"""Common given names, and capitalised words that may follow one without being a surname.

No list of names is complete, so other given names aren't noticed. Names that are also words, months, seasons or places
(April, Will, Preston) are left out.
"""

GIVEN = frozenset(
    (  # noqa: SIM905  # a list of words reads best as words
        "aaliyah aaron abdul abdullah abigail adam adrian agnes ahmed aidan aiden aisha alan albert alex alexander "
        "alexandra alfie alfred ali alice alison amanda amber amelia amelie amir amna amy ana andrea andrew angela "
        "anita ann anna annabelle anne annie anthony antonia archie aria arthur asha ashley asif audrey ava ayaan "
        "ayesha barbara beatrice ben benjamin bernadette bernard beth bethany betty beverley bilal billy bobby "
        "brandon brenda brian bridget callum cameron carl carol caroline carolyn cath catherine charles charlie "
        "charlotte cheryl chloe chris christian christina christine christopher claire clare claudia colin connor "
        "conor courtney craig daisy damian daniel danielle danny darren dave david dawn dean debbie deborah denise "
        "dennis derek diana diane diego dominic donna doreen dorothy douglas dylan edward eileen elaine eleanor "
        "elijah elizabeth ella ellen ellie elliot elsie emily emma eric ethan eva evelyn evie fatima felicity finlay "
        "finley fiona frances francesca francis frank freddie frederick freya gabriel gareth gary gavin gemma "
        "geoffrey george georgia georgina gerald gillian glenn gordon graham greg gregory hamza hannah haris harriet "
        "harry harvey hassan heather heidi helen henry hollie holly hugo ian ibrahim imogen imran irene isaac isabel "
        "isabella isabelle isla ismail jack jackie jacob jacqueline jade jake jakub james jamie jan jane janet janice "
        "jasmine jason jayden jean jeff jeffrey jennifer jenny jeremy jess jessica jill jim jo joan joanna joanne joe "
        "joel john jonathan joseph josephine josh joshua joyce juan judith julia julian julie kai karen karl kate "
        "katherine kathleen kathryn katie kayleigh keith kelly ken kenneth kerry kevin khadija kieran kimberley "
        "kirsty kyle laura lauren leah leanne lee leo leon leonard lesley leslie lewis liam lilly lily linda lindsay "
        "lisa liz logan lorraine louis louise luca lucas lucy luke lydia lynn lynne maddison madison maisie malcolm "
        "malik marcus margaret maria mariam marie marion marjorie martin martyn mary maryam mateusz matilda matt "
        "matthew maureen max maya megan melanie melissa mia michael michal michelle mike millie mohamed mohammad "
        "mohammed molly monica muhammad mustafa nadia naomi nasreen natalia natalie natasha nathan neil niamh "
        "nicholas nick nicola nicole nigel noah noor nora norman oliver olivia omar oscar owen pamela patricia "
        "patrick paul paula pauline penelope peter phil philip phillip phoebe piotr poppy priya rachel rajesh ralph "
        "raymond rebecca reece reuben rhys richard rita robert robin roger ronald rosie ross roy ruby russell ruth "
        "ryan sadia saima sally sam samantha samuel sandra sara sarah scarlett scott sean sebastian shannon sharon "
        "shaun sheila shirley sian simon sofia sonia sophia sophie stacey stanley stella stephanie stephen steve "
        "steven stuart sue sumaya susan suzanne syed sylvia tariq teddy teresa terry theo theodore theresa thomas tim "
        "timothy tina toby tom tomasz tony tracey tracy trevor tyler usman valerie vanessa vera veronica vincent "
        "vivienne wayne wendy william yasmin yusuf yvonne zachary zahra zainab zara zoe "
    ).split()
)

NOT_SURNAMES = frozenset(
    (  # noqa: SIM905  # a list of words reads best as words
        "academy act agency ambulance and appointment appointments assessment association at attended avenue camhs "
        "care case cce centre charity children church class clinic close coded college community conference cottage "
        "council county court crescent csc cse department doctor drive early east education ehcp estate family "
        "federation for foster foundation framework free from garden gardens gate group grove hall health high hill "
        "home homes hospice hospital house housing icpc idva in infant infirmary inn inquiry institute institution is "
        "junior lado lane law library lodge mace marac mash medical meeting mental minster mission model nhs north "
        "nurse nursery of office officer on panel parish park partnership place plan police practice primary prison "
        "programme project protocol public rcpc report review road room royal safe safeguarding said scale school "
        "secondary section sen senco send service services social society south special square st stadium station "
        "street studio surgery team terrace the theatre to tower town training trust unit university upper ward was "
        "west wing with women work worker young youth "
    ).split()
)
