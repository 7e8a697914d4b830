Attribute VB_Name = "bbbxl"
' bbbxl: bookings, billings and backlog in Excel. Written by "bbbxl excel vba"; do not edit.
' It calls bbbxl.udfs.bbbxl_udfs through XLPy of xlwings, whose module xlwings.bas stands beside it.
Option Explicit

Function BBB_LOAD(data, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 1)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(1 + k - LBound(more)) = more(k)
        Else
            given(1 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BBB_LOAD = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BBB_LOAD", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BBB_LOAD = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BBB_BOOK(path)
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BBB_BOOK = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BBB_BOOK", Array(path), ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BBB_BOOK = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BOOKINGS(data, period, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, period)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 2)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(2 + k - LBound(more)) = more(k)
        Else
            given(2 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BOOKINGS = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BOOKINGS", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BOOKINGS = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BILLINGS(data, period, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, period)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 2)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(2 + k - LBound(more)) = more(k)
        Else
            given(2 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BILLINGS = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BILLINGS", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BILLINGS = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function FULFILLED(data, period, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, period)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 2)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(2 + k - LBound(more)) = more(k)
        Else
            given(2 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    FULFILLED = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "FULFILLED", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    FULFILLED = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function REVENUE(data, period, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, period)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 2)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(2 + k - LBound(more)) = more(k)
        Else
            given(2 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    REVENUE = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "REVENUE", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    REVENUE = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BACKLOG(data, asof, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, asof)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 2)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(2 + k - LBound(more)) = more(k)
        Else
            given(2 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BACKLOG = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BACKLOG", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BACKLOG = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BOOK_TO_BILL(data, period, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, period)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 2)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(2 + k - LBound(more)) = more(k)
        Else
            given(2 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BOOK_TO_BILL = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BOOK_TO_BILL", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BOOK_TO_BILL = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BACKLOG_COVERAGE(data, asof, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, asof)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 2)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(2 + k - LBound(more)) = more(k)
        Else
            given(2 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BACKLOG_COVERAGE = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BACKLOG_COVERAGE", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BACKLOG_COVERAGE = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BBB_METRIC(data, metric, period, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, metric, period)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 3)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(3 + k - LBound(more)) = more(k)
        Else
            given(3 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BBB_METRIC = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BBB_METRIC", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BBB_METRIC = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BACKLOG_ROLL(data, first, last, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, first, last)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 3)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(3 + k - LBound(more)) = more(k)
        Else
            given(3 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BACKLOG_ROLL = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BACKLOG_ROLL", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BACKLOG_ROLL = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BACKLOG_AGEING(data, asof, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, asof)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 2)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(2 + k - LBound(more)) = more(k)
        Else
            given(2 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BACKLOG_AGEING = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BACKLOG_AGEING", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BACKLOG_AGEING = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BACKLOG_SCHEDULE(data, asof, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, asof)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 2)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(2 + k - LBound(more)) = more(k)
        Else
            given(2 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BACKLOG_SCHEDULE = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BACKLOG_SCHEDULE", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BACKLOG_SCHEDULE = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BBB_TABLE(data, metrics, period, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, metrics, period)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 3)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(3 + k - LBound(more)) = more(k)
        Else
            given(3 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BBB_TABLE = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BBB_TABLE", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BBB_TABLE = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BBB_ROWS(data, metric, period, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, metric, period)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 3)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(3 + k - LBound(more)) = more(k)
        Else
            given(3 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BBB_ROWS = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BBB_ROWS", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BBB_ROWS = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BBB_MOVED(data, period, known1, known2, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, period, known1, known2)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 4)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(4 + k - LBound(more)) = more(k)
        Else
            given(4 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BBB_MOVED = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BBB_MOVED", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BBB_MOVED = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BBB_EXPLAIN(data, metric, period, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data, metric, period)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 3)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(3 + k - LBound(more)) = more(k)
        Else
            given(3 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BBB_EXPLAIN = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BBB_EXPLAIN", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BBB_EXPLAIN = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BBB_CHECK(data, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(data)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 1)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(1 + k - LBound(more)) = more(k)
        Else
            given(1 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BBB_CHECK = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BBB_CHECK", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BBB_CHECK = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BBB_DEFINE(term)
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BBB_DEFINE = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BBB_DEFINE", Array(term), ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BBB_DEFINE = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function BBB_VERSION()
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    BBB_VERSION = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "BBB_VERSION", Array(), ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    BBB_VERSION = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Function RECONCILE(crm, erp, period, ParamArray more())
    Dim given() As Variant, k As Long
    given = Array(crm, erp, period)
    ReDim Preserve given(0 To UBound(more) - LBound(more) + 3)
    For k = LBound(more) To UBound(more)
        If IsObject(more(k)) Then
            Set given(3 + k - LBound(more)) = more(k)
        Else
            given(3 + k - LBound(more)) = more(k)
        End If
    Next k
    If TypeOf Application.Caller Is Range Then On Error GoTo failed
    RECONCILE = XLPy.CallUDF("bbbxl.udfs.bbbxl_udfs", "RECONCILE", given, ActiveWorkbook, Application.Caller)
    Exit Function
failed:
    RECONCILE = "#BBB! Python does not answer: " & Err.Description & " Run bbbxl excel doctor."
End Function

Sub BBB_CHECK_TABLE()
    XLPy.CallUDF "bbbxl.udfs.bbbxl_udfs", "BBB_CHECK_TABLE", Array(), ActiveWorkbook, Application.Caller
End Sub

Sub BBB_MAKE_PACK()
    XLPy.CallUDF "bbbxl.udfs.bbbxl_udfs", "BBB_MAKE_PACK", Array(), ActiveWorkbook, Application.Caller
End Sub

Sub BBB_ADD_HELP()
    Dim texts As Variant
    texts = Array("Order lines, events, invoices or exchange rates with their headers, such as tblOrders[#All].", _
        "Options on reading it, such as ""currency=EUR"", ""rates="" and a range, ""amounts=net"".")
    Application.MacroOptions Macro:="BBB_LOAD", Category:="bbbxl", _
        Description:="Read a table once. Reads a range and returns a handle: a short text that stands for it in every other function, so that the range is read once and not by each of them. The text changes with the content.", ArgumentDescriptions:=texts
    texts = Array("Folder of a kept book.")
    Application.MacroOptions Macro:="BBB_BOOK", Category:="bbbxl", _
        Description:="Work on a kept book. Opens a kept book and returns a handle that stands for it in every other function. Figures are as reported unless an option says otherwise. Recalculate it after exports were added.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "2026-10, 2026-Q3, FY2026, YTD 2026-10, R3M 2026-10, 2026-01..2026-03 or a day; one cell, a row or a column.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BOOKINGS", Category:="bbbxl", _
        Description:="Net bookings. Gross bookings less contraction, cancellation, return authorisation and price decrease of the period, plus or minus corrections. FX is in neither gross nor net.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "2026-10, 2026-Q3, FY2026, YTD 2026-10, R3M 2026-10, 2026-01..2026-03 or a day; one cell, a row or a column.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BILLINGS", Category:="bbbxl", _
        Description:="Net billings. Invoices less credit notes dated in the period, net of tax.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "2026-10, 2026-Q3, FY2026, YTD 2026-10, R3M 2026-10, 2026-01..2026-03 or a day; one cell, a row or a column.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="FULFILLED", Category:="bbbxl", _
        Description:="Fulfilled. Order value that left the fulfilment backlog in the period: goods shipped less returns received, services invoiced. What was delivered beyond the order is not in it.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "2026-10, 2026-Q3, FY2026, YTD 2026-10, R3M 2026-10, 2026-01..2026-03 or a day; one cell, a row or a column.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="REVENUE", Category:="bbbxl", _
        Description:="Recognised revenue. Revenue recognised in the period, from a file of recognised revenue; a shipment is not revenue.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "The day of the stock; a month, quarter or year is its last day. One cell, a row or a column.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BACKLOG", Category:="bbbxl", _
        Description:="Closing backlog. Ordered and not yet relieved at the end of the period, on the basis named, at closing rates. Signed orders only; open deals are pipeline and never in it.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "2026-10, 2026-Q3, FY2026, YTD 2026-10, R3M 2026-10, 2026-01..2026-03 or a day; one cell, a row or a column.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BOOK_TO_BILL", Category:="bbbxl", _
        Description:="Book-to-bill. Net bookings divided by net billings of the same period. Above 1 the order book grows. Blank when nothing was billed.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "The day of the stock; a month, quarter or year is its last day. One cell, a row or a column.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BACKLOG_COVERAGE", Category:="bbbxl", _
        Description:="Backlog coverage (months). Closing backlog divided by the average month of what left it over the last twelve months: how many months of work are on order.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "Name or title of a metric, such as gross_bookings or ""Net billings""; one cell, a row or a column.", _
        "2026-10, 2026-Q3, FY2026, YTD 2026-10, R3M 2026-10, 2026-01..2026-03 or a day; one cell, a row or a column.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BBB_METRIC", Category:="bbbxl", _
        Description:="Any metric by its name. Every metric of the Definitions tab over a period, or as of its end where it is a stock. Money in the reporting currency, ratios as numbers, percentages as 0.05.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "First month; of a quarter or year its first one.", _
        "Last month; of a quarter or year its last one.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BACKLOG_ROLL", Category:="bbbxl", _
        Description:="Roll-forward of the backlog. Opening backlog, what moved it and closing backlog, a column a month, with the residual that has to be 0; amounts in the reporting currency, each with the sign with which it adds up.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "The day of the stock, one cell; a month, quarter or year is its last day.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BACKLOG_AGEING", Category:="bbbxl", _
        Description:="Backlog by age. The backlog as of a day by the age of its orders, and by days past due: amount in the reporting currency, share of the whole as 0.05, order lines. Each block sums to the backlog.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "The day of the stock, one cell; a month, quarter or year is its last day.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BACKLOG_SCHEDULE", Category:="bbbxl", _
        Description:="When the backlog is due. The backlog as of a day by when it is due to leave: past due, rest of the month, twelve months, later, unscheduled, on hold. Reporting currency; the rows sum to the backlog.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "Names or titles of metrics: a cell, a row or a column of them.", _
        "2026-10, 2026-Q3, FY2026, YTD 2026-10, R3M 2026-10, 2026-01..2026-03 or a day; one cell, a row or a column.", _
        "by: Field to break down by, such as region; left out or empty, there is one row a metric. more: Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BBB_TABLE", Category:="bbbxl", _
        Description:="Metrics by periods, whole or by a field. One row a metric and one column a period; with a field to break down by, one row a metric and segment, and its total. Money in the reporting currency, ratios as numbers.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "Name or title of a metric, such as gross_bookings or ""Net billings""; one cell.", _
        "2026-10, 2026-Q3, FY2026, YTD 2026-10, R3M 2026-10, 2026-01..2026-03 or a day; one cell.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BBB_ROWS", Category:="bbbxl", _
        Description:="The rows behind a figure. Every event that makes up a figure, with the row it was read from and what it counts for; the column Counts adds up to the figure. Rows of the table that could not be read stand below, with the reason.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "2026-10, 2026-Q3, FY2026, YTD 2026-10, R3M 2026-10, 2026-01..2026-03 or a day; one cell.", _
        "Day of knowledge of the first figure, one cell.", _
        "Day of knowledge of the second figure, one cell.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BBB_MOVED", Category:="bbbxl", _
        Description:="What became known since. The amounts of a period as known at one day and at a later one, with the difference, and below them the order lines that make it, each with its effect on net bookings, net billings and backlog.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "Name or title of a metric, such as gross_bookings or ""Net billings""; one cell.", _
        "2026-10, 2026-Q3, FY2026, YTD 2026-10, R3M 2026-10, 2026-01..2026-03 or a day; one cell.", _
        "Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BBB_EXPLAIN", Category:="bbbxl", _
        Description:="How a figure was made. What stands behind a figure: its value, definition and formula, period, basis, as-of date, day of knowledge, view, currency and rates, criteria as they were understood, rows used and left out.", ArgumentDescriptions:=texts
    texts = Array("Order lines, events or invoices with their headers, such as tblOrders[#All]; or a cell with BBB_LOAD or BBB_BOOK.", _
        "cells: Cells with formulas of bbbxl: how many of them hold a failure. more: Field and criterion in pairs or a range of two columns, such as ""region"",""West""; options such as ""basis=billing"".")
    Application.MacroOptions Macro:="BBB_CHECK", Category:="bbbxl", _
        Description:="Whether everything ties out. Every check with its result, difference and remedy; rows set aside, and what a careful person would ask of the rest. Blocks of cells given besides are looked through for failures, which SUM passes over.", ArgumentDescriptions:=texts
    texts = Array("A metric, event kind, basis, rule or policy, by name or title.")
    Application.MacroOptions Macro:="BBB_DEFINE", Category:="bbbxl", _
        Description:="What a word means. The definition of a metric, event kind, basis, rule or policy as the Definitions tab prints it, with its formula where it has one.", ArgumentDescriptions:=texts
    Application.MacroOptions Macro:="BBB_VERSION", Category:="bbbxl", _
        Description:="Version of bbbxl. The version of bbbxl that answers the formulas of this workbook."
    texts = Array("Deals of the CRM with their headers: one row a deal.", _
        "Orders, invoices and credit memos of the ERP with their headers.", _
        "2026-10, 2026-Q3, FY2026, YTD 2026-10, R3M 2026-10, 2026-01..2026-03 or a day; one cell.", _
        "show: open lists the items that are still open; left out or empty, the bridge is shown. more: Options on reading both: ""currency=EUR"", ""rates="" and a range, ""decimal=,"", ""date_order=dmy"".")
    Application.MacroOptions Macro:="RECONCILE", Category:="bbbxl", _
        Description:="From the CRM total to the ERP total. The bridge between what the CRM and the ERP hold of a period: the CRM total, the effect of each class of difference, the ERP total; ERP less CRM, in the reporting currency. With open, the items still open.", ArgumentDescriptions:=texts
End Sub
