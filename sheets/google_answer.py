"""Typed answers of Google to the masked reads and writes of a pass."""

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
"""Google's `fields` for everything that a pass reads."""

ROWS = MASK.replace(",columnMetadata(developerMetadata(metadataKey,metadataValue))", "")
"""MASK without the columns' marks, which Google repeats for every range."""

WRITTEN = (
    "spreadsheetId,updatedSpreadsheet("
    "sheets("
    "properties(sheetId,title,index,gridProperties(rowCount,columnCount)),"
    "tables(range),"
    "data(startRow,startColumn,rowData(values(userEnteredValue)),"
    "columnMetadata(developerMetadata(metadataKey,metadataValue)))"
    "))"
)
"""Google's `fields` for the answer to a write."""

COLUMNS = "valueRanges(valueRange(values),dataFilters(gridRange(sheetId)))"
"""Google's `fields` for reading the values of columns."""


class Entered(TypedDict, total=False):
    """Google's ExtendedValue."""

    stringValue: str
    numberValue: float
    boolValue: bool
    formulaValue: str


class CellJson(TypedDict, total=False):
    """Google's CellData, masked."""

    userEnteredValue: Entered
    formattedValue: str
    note: str


class DeveloperMark(TypedDict):
    """Google's DeveloperMetadata, masked."""

    metadataKey: str
    metadataValue: NotRequired[str]


class RangeJson(TypedDict, total=False):
    """Google's GridRange; bounds that are 0 may be missing."""

    sheetId: int
    startRowIndex: int
    endRowIndex: int
    startColumnIndex: int
    endColumnIndex: int


class RowJson(TypedDict, total=False):
    """Google's RowData."""

    values: list[CellJson]


class ColumnJson(TypedDict, total=False):
    """Google's DimensionProperties, masked."""

    developerMetadata: list[DeveloperMark]


class DataJson(TypedDict, total=False):
    """Google's GridData, masked: one range of a tab."""

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
    """Google's BasicChartDomain, masked."""

    domain: ChartDataJson


class SeriesJson(TypedDict, total=False):
    """Google's BasicChartSeries, masked."""

    series: ChartDataJson


class BasicChartJson(TypedDict, total=False):
    """Google's BasicChartSpec, masked."""

    domains: list[DomainJson]
    series: list[SeriesJson]


class ChartSpecJson(TypedDict, total=False):
    """Google's ChartSpec, masked."""

    basicChart: BasicChartJson


class ChartJson(TypedDict, total=False):
    """Google's EmbeddedChart, masked."""

    chartId: int
    spec: ChartSpecJson


class GridJson(TypedDict, total=False):
    """Google's GridProperties, masked."""

    rowCount: int
    columnCount: int


class PropertiesJson(TypedDict, total=False):
    """Google's SheetProperties, masked."""

    sheetId: int
    title: str
    index: int
    gridProperties: GridJson


class TableJson(TypedDict, total=False):
    """Google's Table, masked: cells that people converted to a table."""

    range: RangeJson


class SheetJson(TypedDict, total=False):
    """Google's Sheet, masked."""

    properties: PropertiesJson
    developerMetadata: list[DeveloperMark]
    merges: list[RangeJson]
    tables: list[TableJson]
    charts: list[ChartJson]
    data: list[DataJson]


class NamedJson(TypedDict, total=False):
    """Google's NamedRange, masked."""

    name: str


class SpreadsheetJson(TypedDict, total=False):
    """Google's Spreadsheet, with the fields of `MASK`."""

    developerMetadata: list[DeveloperMark]
    namedRanges: list[NamedJson]
    sheets: list[SheetJson]


class WrittenJson(TypedDict, total=False):
    """Google's answer to a write, with the fields of `WRITTEN`."""

    spreadsheetId: str
    updatedSpreadsheet: SpreadsheetJson


class FilterJson(TypedDict):
    """Google's DataFilter, masked, by which a range was requested."""

    gridRange: RangeJson


class ValuesJson(TypedDict, total=False):
    """Google's ValueRange, masked, by columns."""

    values: list[list[object]]


class MatchedJson(TypedDict, total=False):
    """Google's MatchedValueRange, masked."""

    valueRange: ValuesJson
    dataFilters: list[FilterJson]


class ColumnsJson(TypedDict, total=False):
    """Google's answer with the fields of `COLUMNS`."""

    valueRanges: list[MatchedJson]
