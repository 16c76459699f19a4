"""What Google answers to the masked reads and writes of a pass, typed."""

from typing import NotRequired, TypedDict

MASK = (
    "developerMetadata(metadataKey,metadataValue),"
    "namedRanges(name),"
    "sheets("
    "properties(sheetId,title,index,gridProperties(rowCount,columnCount)),"
    "developerMetadata(metadataKey,metadataValue),"
    "merges,"
    "tables(range),"
    "charts(chartId,spec(basicChart(domains(domain(sourceRange)),series(series(sourceRange))))),"
    "data(startRow,startColumn,rowData(values(userEnteredValue,note)),"
    "columnMetadata(developerMetadata(metadataKey,metadataValue)))"
    ")"
)
"""All that a pass asks for, as Google's `fields`."""

ROWS = MASK.replace(",columnMetadata(developerMetadata(metadataKey,metadataValue))", "")
"""MASK without the marks of columns, which Google answers with each range anew."""

WRITTEN = (
    "spreadsheetId,updatedSpreadsheet("
    "sheets("
    "properties(sheetId,title,index,gridProperties(rowCount,columnCount)),"
    "tables(range),"
    "data(startRow,startColumn,rowData(values(userEnteredValue)),"
    "columnMetadata(developerMetadata(metadataKey,metadataValue)))"
    "))"
)
"""All that a write asks back."""

COLUMNS = "valueRanges(valueRange(values),dataFilters(gridRange(sheetId)))"
"""All that is asked for to see what stands in columns."""


class Entered(TypedDict, total=False):
    """Google's ExtendedValue."""

    stringValue: str
    numberValue: float
    boolValue: bool
    formulaValue: str


class CellJson(TypedDict, total=False):
    """The masked CellData."""

    userEnteredValue: Entered
    formattedValue: str
    note: str


class DeveloperMark(TypedDict):
    """The masked DeveloperMetadata."""

    metadataKey: str
    metadataValue: NotRequired[str]


class RangeJson(TypedDict, total=False):
    """Google's GridRange; what is 0 may be left out."""

    sheetId: int
    startRowIndex: int
    endRowIndex: int
    startColumnIndex: int
    endColumnIndex: int


class RowJson(TypedDict, total=False):
    """Google's RowData."""

    values: list[CellJson]


class ColumnJson(TypedDict, total=False):
    """The masked DimensionProperties."""

    developerMetadata: list[DeveloperMark]


class DataJson(TypedDict, total=False):
    """The masked GridData: one range of a tab."""

    startRow: int
    startColumn: int
    rowData: list[RowJson]
    columnMetadata: list[ColumnJson]


class SourceJson(TypedDict, total=False):
    """Google's ChartSourceRange."""

    sources: list[RangeJson]


class ChartDataJson(TypedDict, total=False):
    """Google's ChartData."""

    sourceRange: SourceJson


class DomainJson(TypedDict, total=False):
    """The masked BasicChartDomain."""

    domain: ChartDataJson


class SeriesJson(TypedDict, total=False):
    """The masked BasicChartSeries."""

    series: ChartDataJson


class BasicChartJson(TypedDict, total=False):
    """The masked BasicChartSpec."""

    domains: list[DomainJson]
    series: list[SeriesJson]


class ChartSpecJson(TypedDict, total=False):
    """The masked ChartSpec."""

    basicChart: BasicChartJson


class ChartJson(TypedDict, total=False):
    """The masked EmbeddedChart."""

    chartId: int
    spec: ChartSpecJson


class GridJson(TypedDict, total=False):
    """The masked GridProperties."""

    rowCount: int
    columnCount: int


class PropertiesJson(TypedDict, total=False):
    """The masked SheetProperties."""

    sheetId: int
    title: str
    index: int
    gridProperties: GridJson


class TableJson(TypedDict, total=False):
    """The masked Table: what people converted to one."""

    range: RangeJson


class SheetJson(TypedDict, total=False):
    """The masked Sheet."""

    properties: PropertiesJson
    developerMetadata: list[DeveloperMark]
    merges: list[RangeJson]
    tables: list[TableJson]
    charts: list[ChartJson]
    data: list[DataJson]


class NamedJson(TypedDict, total=False):
    """The masked NamedRange."""

    name: str


class SpreadsheetJson(TypedDict, total=False):
    """The masked Spreadsheet: what `MASK` asks for."""

    developerMetadata: list[DeveloperMark]
    namedRanges: list[NamedJson]
    sheets: list[SheetJson]


class WrittenJson(TypedDict, total=False):
    """The masked answer to a write: what `WRITTEN` asks for."""

    spreadsheetId: str
    updatedSpreadsheet: SpreadsheetJson


class FilterJson(TypedDict):
    """The masked DataFilter by which a range was asked for."""

    gridRange: RangeJson


class ValuesJson(TypedDict, total=False):
    """The masked ValueRange, by columns."""

    values: list[list[object]]


class MatchedJson(TypedDict, total=False):
    """The masked MatchedValueRange."""

    valueRange: ValuesJson
    dataFilters: list[FilterJson]


class ColumnsJson(TypedDict, total=False):
    """What `COLUMNS` asks for."""

    valueRanges: list[MatchedJson]
