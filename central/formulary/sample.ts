import type { DrugClass, Item, ItemCode } from '#domain/drug.ts'
import { checkDigit } from '#domain/drug-code/gs1.ts'

/** Version of the sample formulary: forms and strengths from the national essential medicines list, 2026 edition. */
export const SAMPLE_VERSION = '2026-11-sample'

// Dashes: no highest daily dose that holds for everyone (insulin, warfarin, digoxin) or not sure of the label: the rule
// then says "cannot be evaluated". A compound is dosed in tablets: its strength is one tablet.
// id | name | initials | form | spec | strength | unit | units in a pack | pack | grams | ingredients | ATC | class | storage | highest daily dose
const TABLE = `
amlodipine-5 | 苯磺酸氨氯地平片 | BHSALDPP | 片剂 | 5mg×28片 | 5 | mg | 28 | 盒 | 18 | 氨氯地平 | C08CA01 | ordinary | room | 10
nifedipine-sr-20 | 硝苯地平缓释片 | XBDPHSP | 缓释片 | 20mg×30片 | 20 | mg | 30 | 盒 | 22 | 硝苯地平 | C08CA05 | ordinary | room | -
felodipine-sr-5 | 非洛地平缓释片 | FLDPHSP | 缓释片 | 5mg×10片 | 5 | mg | 10 | 盒 | 11 | 非洛地平 | C08CA02 | ordinary | room | 10
captopril-25 | 卡托普利片 | KTPLP | 片剂 | 25mg×100片 | 25 | mg | 100 | 瓶 | 38 | 卡托普利 | C09AA01 | ordinary | room | 150
enalapril-10 | 马来酸依那普利片 | MLSYNPLP | 片剂 | 10mg×32片 | 10 | mg | 32 | 盒 | 19 | 依那普利 | C09AA02 | ordinary | room | 40
valsartan-80 | 缬沙坦胶囊 | XSTJN | 胶囊 | 80mg×28粒 | 80 | mg | 28 | 盒 | 23 | 缬沙坦 | C09CA03 | ordinary | room | 320
irbesartan-150 | 厄贝沙坦片 | EBSTP | 片剂 | 150mg×28片 | 150 | mg | 28 | 盒 | 24 | 厄贝沙坦 | C09CA04 | ordinary | room | 300
valsartan-amlodipine-80-5 | 缬沙坦氨氯地平片(Ⅰ) | XSTALDPP | 片剂 | 80mg/5mg×28片 | 1 | 片 | 28 | 盒 | 26 | 缬沙坦,氨氯地平 | C09DB01 | ordinary | room | -
bisoprolol-5 | 富马酸比索洛尔片 | FMSBSLEP | 片剂 | 5mg×18片 | 5 | mg | 18 | 盒 | 14 | 比索洛尔 | C07AB07 | ordinary | room | 10
metoprolol-sr-47 | 琥珀酸美托洛尔缓释片 | HPSMTLEHSP | 缓释片 | 47.5mg×28片 | 47.5 | mg | 28 | 盒 | 20 | 美托洛尔 | C07AB02 | ordinary | room | 190
indapamide-sr-1-5 | 吲达帕胺缓释片 | YDPAHSP | 缓释片 | 1.5mg×30片 | 1.5 | mg | 30 | 盒 | 17 | 吲达帕胺 | C03BA11 | ordinary | room | 1.5
hydrochlorothiazide-25 | 氢氯噻嗪片 | QLSQP | 片剂 | 25mg×100片 | 25 | mg | 100 | 瓶 | 36 | 氢氯噻嗪 | C03AA03 | ordinary | room | 100
spironolactone-20 | 螺内酯片 | LNZP | 片剂 | 20mg×100片 | 20 | mg | 100 | 瓶 | 40 | 螺内酯 | C03DA01 | ordinary | room | 400
metformin-500 | 盐酸二甲双胍片 | YSEJSGP | 片剂 | 0.5g×60片 | 500 | mg | 60 | 盒 | 52 | 二甲双胍 | A10BA02 | ordinary | room | 2000
gliclazide-sr-30 | 格列齐特缓释片 | GLQTHSP | 缓释片 | 30mg×60片 | 30 | mg | 60 | 盒 | 27 | 格列齐特 | A10BB09 | ordinary | room | 120
glimepiride-2 | 格列美脲片 | GLMNP | 片剂 | 2mg×30片 | 2 | mg | 30 | 盒 | 16 | 格列美脲 | A10BB12 | ordinary | room | 6
acarbose-50 | 阿卡波糖片 | AKBTP | 片剂 | 50mg×30片 | 50 | mg | 30 | 盒 | 15 | 阿卡波糖 | A10BF01 | ordinary | room | 600
dapagliflozin-10 | 达格列净片 | DGLJP | 片剂 | 10mg×14片 | 10 | mg | 14 | 盒 | 13 | 达格列净 | A10BK01 | ordinary | room | 10
sitagliptin-100 | 磷酸西格列汀片 | LSXGLTP | 片剂 | 100mg×14片 | 100 | mg | 14 | 盒 | 15 | 西格列汀 | A10BH01 | ordinary | room | 100
insulin-human-r | 人胰岛素注射液 | RYDSZSY | 注射液 | 3ml:300单位 | 300 | 单位 | 1 | 支 | 21 | 人胰岛素 | A10AB01 | ordinary | cold | -
insulin-human-30r | 精蛋白人胰岛素混合注射液(30R) | JDBRYDSHHZSY | 注射液 | 3ml:300单位 | 300 | 单位 | 1 | 支 | 21 | 人胰岛素 | A10AD01 | ordinary | cold | -
insulin-glargine | 甘精胰岛素注射液 | GJYDSZSY | 注射液 | 3ml:300单位 | 300 | 单位 | 1 | 支 | 24 | 甘精胰岛素 | A10AE04 | ordinary | cold | -
salbutamol-inhaler | 硫酸沙丁胺醇吸入气雾剂 | LSSDACXRQWJ | 气雾剂 | 100μg×200揿 | 100 | μg | 200 | 盒 | 38 | 沙丁胺醇 | R03AC02 | ordinary | room | 800
tiotropium-18 | 噻托溴铵粉雾剂 | STXAFWJ | 粉雾剂 | 18μg×30粒 | 18 | μg | 30 | 盒 | 45 | 噻托溴铵 | R03BB04 | ordinary | room | 18
montelukast-10 | 孟鲁司特钠片 | MLSTNP | 片剂 | 10mg×30片 | 10 | mg | 30 | 盒 | 19 | 孟鲁司特 | R03DC03 | ordinary | room | 10
ambroxol-30 | 盐酸氨溴索片 | YSAXSP | 片剂 | 30mg×20片 | 30 | mg | 20 | 盒 | 13 | 氨溴索 | R05CB06 | ordinary | room | 90
aspirin-ec-100 | 阿司匹林肠溶片 | ASPLCRP | 肠溶片 | 100mg×30片 | 100 | mg | 30 | 盒 | 17 | 阿司匹林 | B01AC06 | ordinary | room | 300
clopidogrel-75 | 硫酸氢氯吡格雷片 | LSQLBGLP | 片剂 | 75mg×28片 | 75 | mg | 28 | 盒 | 25 | 氯吡格雷 | B01AC04 | ordinary | room | 300
atorvastatin-20 | 阿托伐他汀钙片 | ATFTTGP | 片剂 | 20mg×28片 | 20 | mg | 28 | 盒 | 21 | 阿托伐他汀 | C10AA05 | ordinary | room | 80
rosuvastatin-10 | 瑞舒伐他汀钙片 | RSFTTGP | 片剂 | 10mg×28片 | 10 | mg | 28 | 盒 | 18 | 瑞舒伐他汀 | C10AA07 | ordinary | room | 20
simvastatin-20 | 辛伐他汀片 | XFTTP | 片剂 | 20mg×28片 | 20 | mg | 28 | 盒 | 17 | 辛伐他汀 | C10AA01 | ordinary | room | 40
warfarin-3 | 华法林钠片 | HFLNP | 片剂 | 3mg×100片 | 3 | mg | 100 | 瓶 | 34 | 华法林 | B01AA03 | ordinary | room | -
rivaroxaban-10 | 利伐沙班片 | LFSBP | 片剂 | 10mg×30片 | 10 | mg | 30 | 盒 | 16 | 利伐沙班 | B01AF01 | ordinary | room | 30
digoxin-0-25 | 地高辛片 | DGXP | 片剂 | 0.25mg×30片 | 0.25 | mg | 30 | 盒 | 12 | 地高辛 | C01AA05 | ordinary | room | -
clarithromycin-250 | 克拉霉素片 | KLMSP | 片剂 | 0.25g×12片 | 250 | mg | 12 | 盒 | 18 | 克拉霉素 | J01FA09 | ordinary | room | 1000
ibuprofen-sr-300 | 布洛芬缓释胶囊 | BLFHSJN | 缓释胶囊 | 0.3g×20粒 | 300 | mg | 20 | 盒 | 20 | 布洛芬 | M01AE01 | ordinary | room | 600
paracetamol-500 | 对乙酰氨基酚片 | DYXAJFP | 片剂 | 0.5g×20片 | 500 | mg | 20 | 盒 | 19 | 对乙酰氨基酚 | N02BE01 | ordinary | room | 2000
omeprazole-20 | 奥美拉唑肠溶胶囊 | AMLZCRJN | 肠溶胶囊 | 20mg×28粒 | 20 | mg | 28 | 盒 | 22 | 奥美拉唑 | A02BC01 | ordinary | room | 120
levothyroxine-50 | 左甲状腺素钠片 | ZJZXSNP | 片剂 | 50μg×100片 | 50 | μg | 100 | 盒 | 28 | 左甲状腺素 | H03AA01 | ordinary | room | 300
estazolam-1 | 艾司唑仑片 | ASZLP | 片剂 | 1mg×20片 | 1 | mg | 20 | 盒 | 10 | 艾司唑仑 | N05CD04 | psychotropic-2 | room | -
`

const DRUG_CLASSES: readonly string[] = ['ordinary', 'psychotropic-2'] satisfies readonly DrugClass[]

const CASE_PACKS = 200
const gtin = (body: string): string => body + checkDigit(body)

/**
 * Made-up codes of the n-th item, pack and case, by GTIN and by trace code: 29 is a prefix that GS1 gives to no company, and
 * the identification codes are of nobody. A county's own formulary carries the real ones.
 */
const codesOf = (n: number): readonly ItemCode[] => {
  const number = String(n + 1)
  const article = `29000${number.padStart(7, '0')}`
  const drug = `8990${number.padStart(2, '0')}`
  return [
    { code: gtin(`0${article}`), packs: 1 },
    { code: gtin(`1${article}`), packs: CASE_PACKS },
    { code: `${drug}1`, packs: 1 },
    { code: `${drug}9`, packs: CASE_PACKS },
  ]
}

const wrong = (line: string): never => {
  throw new Error(`sample formulary: cannot read "${line}"`)
}

const parseRow = (line: string, n: number): Item => {
  const cells = line.split('|').map(cell => cell.trim())
  const text = (column: number): string => cells[column] || wrong(line)
  const figure = (column: number): number => {
    const value = Number(text(column))
    return value > 0 ? value : wrong(line)
  }
  const max = text(14)
  return {
    id: text(0),
    name: text(1),
    initials: text(2),
    form: text(3),
    spec: text(4),
    strength: figure(5),
    strengthUnit: text(6),
    unitsPerPack: figure(7),
    packUnit: text(8),
    packGrams: figure(9),
    ingredients: text(10).split(','),
    atc: text(11),
    class: DRUG_CLASSES.includes(text(12)) ? (text(12) as DrugClass) : wrong(line),
    storage: text(13) === 'cold' ? 'cold' : 'room',
    essential: true,
    codes: codesOf(n),
    ...(max === '-' ? {} : { maxDailyDose: figure(14) }),
  }
}

/** Forty items a township uses; see TABLE. */
export const SAMPLE_FORMULARY: readonly Item[] = TABLE.trim().split('\n').map(parseRow)
